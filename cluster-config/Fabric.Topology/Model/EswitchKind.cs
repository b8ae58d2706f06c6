namespace Fabric.Topology;

/// <summary>Who forwards between VFs and the wire when a server starts.</summary>
public enum EswitchKind : byte
{
    /// <summary>The flows that the host gives to the NIC.</summary>
    Switchdev,

    /// <summary>The NIC by itself, by MAC address and VLAN, without representors.</summary>
    Legacy,
}
