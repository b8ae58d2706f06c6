using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>Which rules to watch, and what for (OVS: <c>ofputil_flow_monitor_request</c>).</summary>
public sealed record FlowMonitorQuery(uint MonitorId)
{
    public FlowMonitorCommand Command { get; init; }
    public FlowMonitorFlags Flags { get; init; }

    /// <summary>Only rules that send to this port; <see cref="OfpPort.None"/> does not ask.</summary>
    public OfpPort OutPort { get; init; } = OfpPort.None;

    /// <summary>OpenFlow 1.3 and later: only rules with this group; <see cref="GroupMod.AnyGroup"/> does not ask.</summary>
    public uint OutGroup { get; init; } = GroupMod.AnyGroup;

    /// <summary>255 is all.</summary>
    public byte Table { get; init; } = FlowMod.AllTables;
    public Match Match { get; init; } = Match.Any;
}
