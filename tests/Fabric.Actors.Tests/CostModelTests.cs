using Fabric.Actors.Protocol;
using Fabric.Topology;

namespace Fabric.Actors.Tests;

public sealed class CostModelTests
{
    private static readonly CostSpec Costs =
        new() { HostMhz = 1_000, HostCores = 2, CardNs = 10, L3Cycles = 100, UpcallCycles = 900, PcieNs = 50 };

    [Fact]
    public void A_server_that_saw_nothing_costs_nothing_and_has_the_cards_ceiling() =>
        Assert.Equal(new ModelledCost(0, 0, 100_000_000, 0), CostModel.Of(new TierCounts(0, 0, 0, 0), Costs));

    [Fact]
    public void Frames_of_the_card_cost_the_host_nothing_and_save_it_lookups() =>
        Assert.Equal(new ModelledCost(0, 100_000, 100_000_000, 10), CostModel.Of(new TierCounts(900, 100, 0, 0), Costs));

    [Fact]
    public void Frames_of_the_host_cross_twice_and_an_upcall_costs_its_lookup_too()
    {
        // 10 frames: 8 on the card, 1 in L3 (100 cycles), 1 upcall (100 + 900): 110 cycles a frame, so 2 GHz carry 18.2 M a second.
        var cost = CostModel.Of(new TierCounts(8, 0, 1, 1), Costs);
        Assert.Equal((1_100, 800, 18_181_818), (cost.HostCycles, cost.HostCyclesSaved, cost.PacketsPerSecond));
        Assert.Equal(10 + 20 + 110, cost.LatencyNs);
    }
}
