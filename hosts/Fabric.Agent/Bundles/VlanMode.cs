namespace Fabric.Agent;

/// <summary>How NORMAL treats VLAN tags at a port (ovs-vswitchd.conf.db(5), <c>Port.vlan_mode</c>).</summary>
public enum VlanMode
{
    Trunk,
    Access,
    NativeTagged,
    NativeUntagged,

    /// <summary>The port's tag is the outer one (the provider's) around whatever tag a customer's frame has.</summary>
    Dot1qTunnel,
}
