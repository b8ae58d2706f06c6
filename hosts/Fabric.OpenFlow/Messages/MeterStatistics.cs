namespace Fabric.OpenFlow;

/// <summary>Counters of a meter (OVS: <c>ofputil_meter_stats</c>).</summary>
/// <param name="FlowCount">Rules that use it.</param>
public sealed record MeterStatistics(uint MeterId, uint FlowCount, ulong PacketCount, ulong ByteCount)
{
    public RuleDuration Duration { get; init; }
    public IReadOnlyList<BucketCounters> Bands { get; init; } = [];
}
