using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>Counters of a port; all ones is "unknown", which is what each is unless set (OVS: <c>ofputil_port_stats</c>).</summary>
public sealed record PortStatistics(OfpPort Port)
{
    public const ulong Unknown = ulong.MaxValue;

    /// <summary>OpenFlow 1.3 and later.</summary>
    public RuleDuration Duration { get; init; } = RuleDuration.Unknown;
    public ulong RxPackets { get; init; } = Unknown;
    public ulong TxPackets { get; init; } = Unknown;
    public ulong RxBytes { get; init; } = Unknown;
    public ulong TxBytes { get; init; } = Unknown;
    public ulong RxDropped { get; init; } = Unknown;
    public ulong TxDropped { get; init; } = Unknown;
    public ulong RxErrors { get; init; } = Unknown;
    public ulong TxErrors { get; init; } = Unknown;
    public ulong RxFrameErrors { get; init; } = Unknown;
    public ulong RxOverErrors { get; init; } = Unknown;
    public ulong RxCrcErrors { get; init; } = Unknown;
    public ulong Collisions { get; init; } = Unknown;

    /// <summary>
    /// The 21 counters of RFC 2819 in the order of <c>intel_port_stats_rfc2819</c> (OpenFlow 1.4 and later); null when none is kept.
    /// </summary>
    public IReadOnlyList<ulong>? Rfc2819 { get; init; }

    /// <summary>Counters by name of the device's own, in OpenFlow 1.4 and later.</summary>
    public IReadOnlyList<KeyValuePair<string, ulong>> Custom { get; init; } = [];
}
