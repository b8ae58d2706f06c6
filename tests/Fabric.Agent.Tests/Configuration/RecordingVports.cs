using Fabric.Agent.Configuration;
using Fabric.Flow;

namespace Fabric.Agent.Tests.Configuration;

/// <summary>A datapath's ports as asked for, and what was asked since the last look.</summary>
internal sealed class RecordingVports : IVports
{
    private readonly List<string> _asked = [];

    public Dictionary<OdpPort, Vport> Ports { get; } = [];

    public HashSet<TunnelPeer> Peers { get; } = [];

    public IReadOnlyList<string> TakeAsked()
    {
        var asked = _asked.ToArray();
        _asked.Clear();
        return asked;
    }

    public void SetPort(Vport port)
    {
        _asked.Add($"set {port.Name}");
        Ports[port.Number] = port;
    }

    public void RemovePort(OdpPort number)
    {
        _asked.Add($"remove {Ports[number].Name}");
        Ports.Remove(number);
    }

    public void KeepOnly(IReadOnlyList<OdpPort> numbers)
    {
        foreach (var number in Ports.Keys.Except(numbers).ToArray()) RemovePort(number);
    }

    public void AddPeer(TunnelPeer peer) => Assert.True(Peers.Add(peer));

    public void RemovePeer(TunnelPeer peer) => Assert.True(Peers.Remove(peer));
}
