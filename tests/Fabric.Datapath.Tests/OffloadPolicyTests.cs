using Fabric.Flow;

namespace Fabric.Datapath.Tests;

/// <summary>What <c>tc-policy</c> and <c>offload-rebalance</c> mean to a kernel datapath (property D11).</summary>
public sealed class OffloadPolicyTests
{
    private const string Full = "the NIC holds its limit";

    private static readonly OffloadPolicy Swapping = new(Tc: TcPolicy.SkipSw, Rebalances: true);

    private static Ufid Of(uint number) => new(1, number);

    [Fact]
    public void With_skip_hw_nothing_is_offered_and_what_was_is_flushed()
    {
        var fixture = new KernelFixture();
        fixture.Put(Of(1), 1, KernelFixture.To(2), 0);
        fixture.Kernel.OffloadResult(Of(1), true, null);
        fixture.Kernel.SetOffload(new OffloadPolicy(Tc: TcPolicy.SkipHw));
        Assert.Equal("flush", fixture.Messages[^1].What);
        fixture.Messages.Clear();
        fixture.Put(Of(2), 2, KernelFixture.To(3), 0);
        Assert.Empty(fixture.Messages);
        Assert.True(fixture.Kernel.TryGetFlow(Of(2), out var flow));
        Assert.Equal("tc-policy is skip_hw", fixture.Kernel.WhyNotOffloaded(flow));
        fixture.Kernel.SetOffload(new OffloadPolicy());
        Assert.Equal(1, fixture.Kernel.ReofferAll(10));
        Assert.Equal([("put", Of(2))], fixture.Messages);
    }

    [Fact]
    public void With_skip_sw_a_packet_of_a_flow_that_the_NIC_has_asks_the_agent()
    {
        var fixture = new KernelFixture();
        fixture.Kernel.SetOffload(new OffloadPolicy(Tc: TcPolicy.SkipSw));
        for (uint port = 1; port <= 3; port++) fixture.Put(Of(port), port, KernelFixture.To(4), 0);
        fixture.Kernel.OffloadResult(Of(1), true, null);
        fixture.Kernel.OffloadResult(Of(2), false, "no");
        var packet = RandomPackets.Packet(Seeds.Random(77)).Build();
        for (uint port = 1; port <= 3; port++) fixture.Receive(port, 5, packet);

        // One is on the NIC, one was refused, one is not answered yet.
        Assert.Equal(1u, Assert.Single(fixture.TakeUpcalls()).Port.Value);
        Assert.Equal(2, fixture.Transmitted.Count);
        Assert.Equal((2L, 1L), (fixture.Kernel.Statistics.Hit, fixture.Kernel.Statistics.Missed));
        fixture.IsReachable = false;
        fixture.Receive(1, 6, packet);
        Assert.Equal(3, fixture.Transmitted.Count);
        fixture.IsReachable = true;
        fixture.Kernel.SetOffload(new OffloadPolicy());
        fixture.Receive(1, 7, packet);
        Assert.Equal(4, fixture.Transmitted.Count);
    }

    [Fact]
    public void The_least_busy_of_the_NIC_make_place_for_the_busiest_that_wait_pair_by_pair()
    {
        // 1 to 4 are on the NIC; 5 to 8 wait.
        var fixture = Fixture(8, onNic: 4);
        fixture.Kernel.SetOffload(Swapping);
        Step(fixture, 10_000, [0, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Empty(Step(fixture, 12_900, [0, 0, 0, 0, 0, 0, 0, 0]));
        Assert.Equal([Of(2), Of(4)], Step(fixture, 13_000, [900, 3, 300, 30, 40, 0, 400, 3]));
        Assert.Equal(2, fixture.Kernel.Room.Swapped);
        Assert.All(
            fixture.Kernel.Flows.Where(flow => flow.Ufid.Low is 2 or 4),
            flow => Assert.Equal(KernelDatapath.Outdone, flow.NotOffloadedBecause));

        // Once they are gone the two that are busier are offered, the busiest first.
        fixture.Messages.Clear();
        foreach (uint number in (uint[])[2, 4])
            fixture.Kernel.OffloadResult(Of(number), false, KernelDatapath.Outdone, null, shortage: OffloadShortage.Busier);
        Assert.Equal(2, fixture.Kernel.OfferWaiting(100, 14_000));
        Assert.Equal([("put", Of(7)), ("put", Of(5))], fixture.Messages);
        foreach (uint number in (uint[])[7, 5]) fixture.Kernel.OffloadResult(Of(number), true, null);
        Assert.Equal(4, fixture.Kernel.Room.Waiting);
    }

    [Theory]
    [InlineData(TcPolicy.SkipSw, false)]
    [InlineData(TcPolicy.None, true)]
    public void Nothing_moves_without_both_settings(TcPolicy tc, bool rebalances)
    {
        var fixture = Fixture(2, onNic: 1);
        fixture.Kernel.SetOffload(new OffloadPolicy(Tc: tc, Rebalances: rebalances));
        for (var nowMs = 10_000; nowMs < 40_000; nowMs += 1_000) Assert.Empty(Step(fixture, nowMs, [0, nowMs]));
    }

    [Fact]
    public void Nothing_moves_for_what_is_as_busy_or_waits_for_a_mask()
    {
        var fixture = Fixture(4, onNic: 2);
        fixture.Kernel.SetOffload(Swapping);
        // More than on the NIC, but not by a whole packet a second.
        for (var nowMs = 10_000; nowMs < 40_000; nowMs += 3_000) Assert.Empty(Step(fixture, nowMs, [30, 30, 32, 30]));

        fixture = Fixture(4, onNic: 2, OffloadShortage.Masks);
        fixture.Kernel.SetOffload(Swapping);
        for (var nowMs = 10_000; nowMs < 40_000; nowMs += 3_000)
            Assert.Empty(Step(fixture, nowMs, [0, 0, 999, 999], OffloadShortage.Masks));
    }

    [Fact]
    public void At_most_1024_move_at_a_time()
    {
        var fixture = Fixture(4_000, onNic: 2_000);
        fixture.Kernel.SetOffload(Swapping);
        var busy = Enumerable.Range(1, 4_000).Select(number => number <= 2_000 ? 0 : 300).ToArray();
        Step(fixture, 10_000, busy);
        Assert.Equal(1_024, Step(fixture, 13_000, busy).Count);
    }

    private static KernelFixture Fixture(uint count, uint onNic, OffloadShortage shortage = OffloadShortage.Rules)
    {
        var fixture = new KernelFixture();
        for (uint number = 1; number <= count; number++)
        {
            fixture.PutTo(Of(number), number, KernelFixture.To(2), number);
            fixture.Kernel.OffloadResult(Of(number), number <= onNic, Full, shortage: number <= onNic ? default : shortage);
        }

        return fixture;
    }

    /// <summary>Flow 1, 2, … count that many packets more; returns what is taken from the NIC.</summary>
    private static List<Ufid> Step(
        KernelFixture fixture, long nowMs, int[] packets, OffloadShortage shortage = OffloadShortage.Rules)
    {
        fixture.Messages.Clear();
        for (uint number = 1; number <= packets.Length; number++)
        {
            fixture.Kernel.TryGetFlow(Of(number), out var flow);
            // Counted elsewhere, but counted: the rate is of all the flow's packets.
            var counted = flow!.Packets - flow.BasePackets + packets[number - 1];
            fixture.Kernel.ApplyOffloadStatistics([new OffloadStatistics(Of(number), counted, 0, nowMs, 0)]);
        }

        while (fixture.Kernel.OfferWaiting(1_024, nowMs) > 0)
        {
            foreach (var (what, ufid) in fixture.Messages.ToArray())
                if (what == "put") fixture.Kernel.OffloadResult(ufid, false, Full, shortage: shortage);
        }

        return [.. fixture.Messages.Where(message => message.What == "withdraw").Select(message => message.Ufid)];
    }
}
