namespace Fabric.Agent;

/// <summary>Whether a bond speaks LACP (ovs-vswitchd.conf.db(5), <c>Port.lacp</c>).</summary>
public enum LacpMode
{
    Off,

    /// <summary>Answers, but does not begin.</summary>
    Passive,
    Active,
}
