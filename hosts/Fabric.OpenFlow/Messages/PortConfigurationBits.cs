namespace Fabric.OpenFlow;

/// <summary>What an administrator set (<c>ofp_port_config</c>); STP and flood bits exist in OpenFlow 1.0 only.</summary>
[Flags]
public enum PortConfigurationBits
{
    None = 0,
    PortDown = 1 << 0,
    NoStp = 1 << 1,
    NoReceive = 1 << 2,
    NoReceiveStp = 1 << 3,
    NoFlood = 1 << 4,
    NoForward = 1 << 5,
    NoPacketIn = 1 << 6,
}
