namespace Fabric.OpenFlow;

/// <summary>What a port is (<c>ofp_port_state</c>); blocked and live from OpenFlow 1.1 on, the others of STP in 1.0 only.</summary>
[Flags]
public enum PortStateBits
{
    None = 0,
    LinkDown = 1 << 0,
    Blocked = 1 << 1,
    Live = 1 << 2,
    StpLearn = 1 << 8,
    StpForward = 2 << 8,
    StpBlock = 3 << 8,
}
