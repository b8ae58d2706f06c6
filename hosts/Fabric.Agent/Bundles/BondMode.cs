namespace Fabric.Agent;

/// <summary>How a bond spreads its frames (ovs-vswitchd.conf.db(5), <c>Port.bond_mode</c>).</summary>
public enum BondMode
{
    /// <summary>All through one member.</summary>
    ActiveBackup,

    /// <summary>By source address and VLAN, rebalanced by load.</summary>
    BalanceSlb,

    /// <summary>By addresses and ports; needs a partner that speaks LACP.</summary>
    BalanceTcp,
}
