namespace Fabric.OpenFlow;

/// <summary>A request to add, change or remove rules, independent of the protocol version that carries it.</summary>
public sealed record FlowMod
{
    public const ushort DefaultPriority = 32768;

    /// <summary>In a delete: every table.</summary>
    public const byte AllTables = 0xff;

    public FlowModCommand Command { get; init; }
    public byte Table { get; init; }
    public ushort Priority { get; init; } = DefaultPriority;
    public ulong Cookie { get; init; }

    /// <summary>For modify and delete: only rules whose cookie agrees with <see cref="Cookie"/> in these bits.</summary>
    public ulong CookieMask { get; init; }

    /// <summary>Seconds without a packet after which the rule goes; 0 is never.</summary>
    public ushort IdleTimeoutSeconds { get; init; }
    public ushort HardTimeoutSeconds { get; init; }
    public ushort Importance { get; init; }
    public FlowModFlags Flags { get; init; }
    public Match Match { get; init; } = Match.Any;
    public OpenFlowActions Actions { get; init; } = OpenFlowActions.Drop;

    /// <summary>For a delete: only rules that output to this port.</summary>
    public Flow.OfpPort? OutPort { get; init; }
}
