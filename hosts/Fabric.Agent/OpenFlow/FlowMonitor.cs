using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>A standing question of a connection about rules (OVS: <c>struct ofmonitor</c>).</summary>
internal sealed class FlowMonitor(FlowMonitorQuery query)
{
    public uint Id => query.MonitorId;

    public FlowMonitorFlags Flags => query.Flags;

    /// <param name="oldActions">Before a modification: a rule that no longer sends to the port in question still concerns who watches
    /// it.</param>
    public bool Concerns(OpenFlowRule rule, OpenFlowActions? oldActions = null) =>
        (query.Table == FlowMod.AllTables || query.Table == rule.Table)
        && (Outputs(rule.Actions) || (oldActions is not null && Outputs(oldActions)))
        && (query.OutGroup == GroupMod.AnyGroup || RuleActions.OutputsToGroup(rule.Actions, query.OutGroup))
        && query.Match.Covers(rule.Match);

    private bool Outputs(OpenFlowActions actions) => query.OutPort == OfpPort.None || RuleActions.OutputsTo(actions, query.OutPort);
}
