using Fabric.Agent;
using Fabric.OpenFlow;

namespace Fabric.Actors;

/// <summary>One bridge as the OpenFlow side of an agent's actor knows it.</summary>
internal sealed class BridgeFace(OpenFlowSwitch made)
{
    private readonly List<OpenFlowPeer> _listeners = [];
    private readonly List<OpenFlowPeer> _peers = [];

    public OpenFlowSwitch Switch => made;

    public string Name => made.Bridge.Name;

    public IReadOnlyList<OpenFlowPeer> Peers => _peers;

    /// <summary>Is there somebody whom a listener could hear?</summary>
    public bool HasControllers => _peers.Exists(p => p.Use == PeerUse.Controller);

    public void Add(OpenFlowPeer peer)
    {
        _peers.Add(peer);
        if (peer.Use == PeerUse.Snoop) _listeners.Add(peer);
    }

    public void Remove(OpenFlowPeer peer)
    {
        _peers.Remove(peer);
        _listeners.Remove(peer);
        peer.Close();
    }

    /// <summary>Listeners hear one controller: the first of those with most to say (OVS <c>add_snooper</c>).</summary>
    public bool IsSnooped(OpenFlowPeer peer) => _listeners.Count > 0 && peer.Use == PeerUse.Controller && peer == _peers
        .Where(p => p is { Use: PeerUse.Controller, Session: not null })
        .MaxBy(p => p.Session!.Role switch { ControllerRole.Primary => 2, ControllerRole.Equal => 1, _ => 0 });

    public void Tell(ReadOnlySpan<byte> message)
    {
        foreach (var listener in _listeners) listener.Overhear(message);
    }
}
