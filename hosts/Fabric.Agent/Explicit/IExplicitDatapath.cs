using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>What <see cref="ExplicitOffload"/> asks of a datapath whose NIC takes flows before their first packet.</summary>
public interface IExplicitDatapath
{
    /// <summary>A new flow for the NIC alone, or other actions for one that it has.</summary>
    /// <param name="leftToHost">Why its packets are to go to the host, and nothing of a lower rank is to be done; null when they are
    /// not.</param>
    void FlowPush(Ufid ufid, FlowRank rank, ref FlowKey key, ref FlowMask mask, DatapathActions actions, string? leftToHost);

    /// <summary>Answered with the last statistics of the flow.</summary>
    void FlowPull(Ufid ufid);
}
