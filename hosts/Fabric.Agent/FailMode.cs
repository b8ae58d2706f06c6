namespace Fabric.Agent;

/// <summary>What a bridge without a controller does (ovs-vswitchd.conf.db(5), <c>Bridge.fail_mode</c>).</summary>
public enum FailMode
{
    /// <summary>Starts as an ordinary learning switch: one rule of priority 0, NORMAL.</summary>
    Standalone,

    /// <summary>Starts with no rule and drops.</summary>
    Secure,
}
