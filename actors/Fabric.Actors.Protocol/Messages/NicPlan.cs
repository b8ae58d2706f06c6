using Fabric.Topology;

namespace Fabric.Actors.Protocol;

public sealed record NicPlan(string Profile, int ExactMatchEntries, string Eviction, int Rules, int Masks, int Vfs, string Offloads,
    int StatisticsContexts, CostSpec Costs)
{
    /// <summary>Rate of the first physical port, bits per second.</summary>
    public long PortBps { get; init; } = 25_000_000_000;

    public PcieSpec Pcie { get; init; } = new();
}
