namespace Fabric.Flow;

/// <summary>What a meter has seen, and what its bands have dropped (OVS: <c>struct ofputil_meter_stats</c>).</summary>
public sealed record MeterCounts(long Packets, long Bytes, IReadOnlyList<(long Packets, long Bytes)> Bands);
