namespace Fabric.Flow;

/// <summary>What an operator says of the flows of a server that has a NIC to give them to.</summary>
/// <param name="IsOn">Flows may be offered at all.</param>
/// <param name="Rebalances">A NIC without room gives the places of its least busy flows to busier ones; with <see cref="TcPolicy.SkipSw"/>
/// alone.</param>
public sealed record OffloadPolicy(bool IsOn = true, TcPolicy Tc = TcPolicy.None, bool Rebalances = false)
{
    public bool OffersFlows => IsOn && Tc != TcPolicy.SkipHw;

    public bool MaySwap => OffersFlows && Tc == TcPolicy.SkipSw && Rebalances;
}
