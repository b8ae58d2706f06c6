using Fabric.Agent.Configuration;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>Keeps what an agent asks of the datapath's ports instead of sending it.</summary>
internal sealed class VportCollector : IVports
{
    private readonly Dictionary<OdpPort, Vport> _ports = [];

    public IReadOnlyList<Vport> Ports => [.. _ports.Values];

    public void SetPort(Vport port) => _ports[port.Number] = port;

    public void RemovePort(OdpPort number) => _ports.Remove(number);

    public void KeepOnly(IReadOnlyList<OdpPort> numbers)
    {
        foreach (var number in _ports.Keys.Except(numbers).ToArray()) _ports.Remove(number);
    }

    public void AddPeer(TunnelPeer peer)
    {
    }

    public void RemovePeer(TunnelPeer peer)
    {
    }
}
