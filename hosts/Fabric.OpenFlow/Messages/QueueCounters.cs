using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>Counters of a queue; all ones is "unknown" (OVS: <c>ofputil_queue_stats</c>).</summary>
public sealed record QueueCounters(OfpPort Port, uint Queue)
{
    public ulong TxBytes { get; init; } = PortStatistics.Unknown;
    public ulong TxPackets { get; init; } = PortStatistics.Unknown;
    public ulong TxErrors { get; init; } = PortStatistics.Unknown;

    /// <summary>OpenFlow 1.3 and later.</summary>
    public RuleDuration Duration { get; init; } = RuleDuration.Unknown;
}
