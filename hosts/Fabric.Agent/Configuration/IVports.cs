using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Configuration;

/// <summary>What the agent asks of the datapath's ports. The shell turns each call into a message.</summary>
public interface IVports
{
    /// <summary>Adds a port, or changes the one that has this number and name already.</summary>
    void SetPort(Vport port);

    void RemovePort(OdpPort number);

    /// <summary>Ports that are not among these are left over from an earlier agent and go.</summary>
    void KeepOnly(IReadOnlyList<OdpPort> numbers);

    void AddPeer(TunnelPeer peer);

    void RemovePeer(TunnelPeer peer);
}
