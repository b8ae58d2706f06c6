namespace Fabric.OpenFlow;

/// <summary>What to do with a monitor (<c>ofp14_flow_monitor_command</c>); the numbers are those of the wire.</summary>
public enum FlowMonitorCommand
{
    Add = 0,
    Modify = 1,
    Delete = 2,
}
