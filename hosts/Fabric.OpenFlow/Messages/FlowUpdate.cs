namespace Fabric.OpenFlow;

/// <summary>One event of a flow monitor (OVS: <c>ofputil_flow_update</c>).</summary>
public sealed record FlowUpdate(FlowUpdateEvent Event)
{
    public RuleRemovalReason Reason { get; init; }
    public ushort IdleTimeoutSeconds { get; init; }
    public ushort HardTimeoutSeconds { get; init; }
    public byte Table { get; init; }
    public ushort Priority { get; init; }
    public ulong Cookie { get; init; }
    public Match Match { get; init; } = Match.Any;

    /// <summary>Empty unless the monitor asked for actions.</summary>
    public OpenFlowActions Actions { get; init; } = OpenFlowActions.Drop;

    /// <summary>With <see cref="FlowUpdateEvent.Abbreviated"/>: the request's.</summary>
    public uint RequestXid { get; init; }
}
