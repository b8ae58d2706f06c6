namespace Fabric.OpenFlow;

/// <summary>What a switch sends unasked, with reasons one may choose among (OVS: <c>ofputil_async_msg_type</c>).</summary>
public enum AsyncKind
{
    PacketIn = 0,
    PortStatus = 1,
    FlowRemoved = 2,
    RoleStatus = 3,
    TableStatus = 4,
    RequestForward = 5,
}
