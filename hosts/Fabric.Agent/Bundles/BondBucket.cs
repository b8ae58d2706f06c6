namespace Fabric.Agent;

/// <summary>The frames of one hash value, and the member they take.</summary>
public sealed class BondBucket
{
    internal BondBucket(int hash) => Hash = hash;

    public int Hash { get; }

    public BondMember? Member { get; internal set; }

    /// <summary>Bytes sent, halved at each rebalancing.</summary>
    public long TxBytes { get; internal set; }
}
