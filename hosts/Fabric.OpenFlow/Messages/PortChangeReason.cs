namespace Fabric.OpenFlow;

/// <summary>Why a port status is sent (<c>ofp_port_reason</c>); the numbers are those of the wire.</summary>
public enum PortChangeReason
{
    Add = 0,
    Delete = 1,
    Modify = 2,
}
