namespace Fabric.Agent;

/// <summary>One interface of a bond.</summary>
public sealed class BondMember
{
    internal BondMember(AgentPort port) => Port = port;

    public AgentPort Port { get; }

    /// <summary>May carry frames.</summary>
    public bool IsEnabled { get; internal set; }

    /// <summary>False: LACP has not agreed on it, or BFD says that its way is broken, whatever its link says.</summary>
    public bool MayEnable { get; internal set; } = true;

    /// <summary>When <see cref="IsEnabled"/> follows the link; null while they agree.</summary>
    public long? DelayExpiresMs { get; internal set; }

    /// <summary>Load as of the last rebalancing.</summary>
    internal long TxBytes { get; set; }
}
