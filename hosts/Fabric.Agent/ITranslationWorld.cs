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
}
