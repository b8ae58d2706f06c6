namespace Fabric.OpenFlow;

/// <summary>A request to add, change or remove rules, independent of the protocol version that carries it.</summary>
public sealed record FlowMod
{
    public const ushort DefaultPriority = 32768;
    public const uint NoBuffer = 0xffffffff;

    /// <summary>In a delete: every table.</summary>
    public const byte AllTables = 0xff;

    public FlowModCommand Command { get; init; }
    public byte Table { get; init; }
    public ushort Priority { get; init; } = DefaultPriority;

    /// <summary>In an add: the rule's. Else what <see cref="CookieMask"/> asks for.</summary>
    public ulong Cookie { get; init; }

    /// <summary>
    /// In a modify: the cookie of a rule that it adds because it found none; null adds none (OVS: <c>new_cookie</c>, all ones).
    /// OpenFlow 1.2 and later have none.
    /// </summary>
    public ulong? NewCookie { get; init; }

    /// <summary>A modify writes <see cref="NewCookie"/> into the rules it finds (OpenFlow 1.0 and Nicira's form).</summary>
    public bool ModifiesCookie { get; init; }

    /// <summary>For modify and delete: only rules whose cookie agrees with <see cref="Cookie"/> in these bits.</summary>
    public ulong CookieMask { get; init; }

    /// <summary>Seconds without a packet after which the rule goes; 0 is never.</summary>
    public ushort IdleTimeoutSeconds { get; init; }
    public ushort HardTimeoutSeconds { get; init; }
    public ushort Importance { get; init; }
    public FlowModFlags Flags { get; init; }
    public Match Match { get; init; } = Match.Everything;
    public OpenFlowActions Actions { get; init; } = OpenFlowActions.Drop;

    /// <summary>For a delete: only rules that output to this port.</summary>
    public Flow.OfpPort? OutPort { get; init; }

    /// <summary>For a delete: only rules with this group.</summary>
    public uint? OutGroup { get; init; }

    /// <summary>A packet that the switch kept for the controller. OVS keeps none, so any but "none" is an error.</summary>
    public uint BufferId { get; init; } = NoBuffer;
}
