using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>What a translation needs to know beyond its bridge.</summary>
internal interface ITranslationWorld
{
    AgentPort? FindInput(OdpPort port);

    /// <summary>The tunnel port whose key and addresses fit the outer header; the more exactly configured one wins.</summary>
    AgentPort? FindTunnelInput(ref FlowKey key);

    /// <summary>The other end of a patch port.</summary>
    AgentPort? FindPeer(AgentPort patch);

    /// <summary>The bond that packets with this recirculation id were hashed for.</summary>
    AgentBond? FindBond(uint recircId);

    /// <summary>What a packet with this recirculation id was frozen with.</summary>
    RecircContext? FindRecirculation(uint id);

    /// <summary>The id of a state, held once more.</summary>
    RecircContext AcquireRecirculation(FrozenState state);

    /// <summary>Number of the time-outs of connections in this zone; null where the datapath's default holds.</summary>
    uint? FindTimeoutPolicy(ushort zone);

    DatapathFeatures Features { get; }

    /// <summary>The datapath's name of a queue, for <c>skb_priority</c>; null where it has none.</summary>
    uint? PriorityOf(uint queue);

    /// <summary>Tags that are looked behind, 1 or 2.</summary>
    int VlanLimit { get; }

    /// <summary>Is it still there?</summary>
    bool HasBridge(AgentBridge bridge);

    ActionCache<DatapathActions> Actions { get; }

    RecentMasks Masks { get; }

    /// <summary>An empty one, the caller's to keep.</summary>
    XlateCache BorrowCache();

    /// <summary>Keys that are all zero, until they are given back.</summary>
    TranslationKeys BorrowKeys();

    void GiveBack(TranslationKeys keys);

    /// <summary>Time of the packet, or of the sweep that asks again.</summary>
    long NowMs { get; }
}
