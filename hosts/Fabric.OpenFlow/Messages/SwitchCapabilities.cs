namespace Fabric.OpenFlow;

/// <summary>What a switch can (<c>ofp_capabilities</c>); the numbers are those of the wire, but for <see cref="Stp"/>.</summary>
[Flags]
public enum SwitchCapabilities
{
    None = 0,
    FlowStatistics = 1 << 0,
    TableStatistics = 1 << 1,
    PortStatistics = 1 << 2,
    GroupStatistics = 1 << 3,
    IpReassembly = 1 << 5,
    QueueStatistics = 1 << 6,
    ArpMatchIp = 1 << 7,
    PortBlocked = 1 << 8,
    Bundles = 1 << 9,
    FlowMonitoring = 1 << 10,

    /// <summary>OpenFlow 1.0 writes it as bit 3.</summary>
    Stp = 1 << 16,
}
