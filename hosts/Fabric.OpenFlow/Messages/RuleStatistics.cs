namespace Fabric.OpenFlow;

/// <summary>A rule and its counters (OVS: <c>ofputil_flow_stats</c>).</summary>
public sealed record RuleStatistics
{
    public Match Match { get; init; } = Match.Everything;
    public byte Table { get; init; }
    public ushort Priority { get; init; }
    public ulong Cookie { get; init; }
    public RuleDuration Duration { get; init; }
    public ushort IdleTimeoutSeconds { get; init; }
    public ushort HardTimeoutSeconds { get; init; }

    /// <summary>Seconds since a packet came, or -1 where that is not known (only Nicira's form and OpenFlow 1.5 tell).</summary>
    public int IdleAgeSeconds { get; init; } = -1;

    /// <summary>Seconds since the last modification, or -1.</summary>
    public int HardAgeSeconds { get; init; } = -1;

    /// <summary>OpenFlow 1.4 and later.</summary>
    public ushort Importance { get; init; }

    /// <summary>OpenFlow 1.3 and later.</summary>
    public FlowModFlags Flags { get; init; }

    /// <summary>All ones is "unknown".</summary>
    public ulong PacketCount { get; init; }

    /// <inheritdoc cref="PacketCount"/>
    public ulong ByteCount { get; init; }
    public OpenFlowActions Actions { get; init; } = OpenFlowActions.Drop;
}
