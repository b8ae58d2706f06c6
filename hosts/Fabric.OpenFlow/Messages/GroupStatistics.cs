namespace Fabric.OpenFlow;

/// <summary>Counters of a group (OVS: <c>ofputil_group_stats</c>).</summary>
/// <param name="ReferenceCount">Rules and groups that use it.</param>
public sealed record GroupStatistics(uint GroupId, uint ReferenceCount, ulong PacketCount, ulong ByteCount)
{
    public RuleDuration Duration { get; init; }
    public IReadOnlyList<BucketCounters> Buckets { get; init; } = [];
}
