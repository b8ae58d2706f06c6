namespace Fabric.Nic;

/// <summary>Who forwards between VFs and the wire (Linux <c>devlink dev eswitch</c>).</summary>
public enum EswitchMode
{
    /// <summary>The flows that the host gives to the NIC; each VF has a representor on the host.</summary>
    Switchdev,

    /// <summary>The NIC itself, by MAC address and VLAN; the host sees its own function (PF) alone.</summary>
    Legacy,
}
