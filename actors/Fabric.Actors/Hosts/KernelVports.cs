using System.Net;
using Fabric.Actors.Protocol;
using Fabric.Agent.Configuration;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Nic;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// The ports of a kernel datapath and of its NIC: what the host itself has (the physical port, addresses, routes, neighbours), and what the
/// agent asks for.
/// </summary>
internal sealed class KernelVports
{
    private ServerPlan _plan;
    private readonly KernelDatapath _datapath;
    private readonly PcieOffloadHook _hook;
    private readonly Func<long> _nowMs;
    private readonly Dictionary<OdpPort, Vport> _ports = [];
    private readonly HashSet<OdpPort> _unlinked = [];
    private HashSet<AddPeer> _planPeers;

    /// <param name="nowMs">The time of the datapath's owner.</param>
    public KernelVports(ServerPlan plan, KernelDatapath datapath, PcieOffloadHook hook, Func<long> nowMs)
    {
        (_plan, _datapath, _hook, _nowMs) = (plan, datapath, hook, nowMs);
        _planPeers = [.. Peers(plan)];
    }

    /// <summary>What the agent has asked for so far.</summary>
    public IEnumerable<Vport> Ports => _ports.Values;

    /// <summary>What is there before any agent.</summary>
    public void Begin()
    {
        _datapath.AddPort(new DatapathPort(ServerPorts.PhysicalPort, ServerPorts.Physical, DatapathPortKind.Physical));
        _hook.SetPort(new PortConfig(
            ServerPorts.PhysicalPort, ServerPorts.Physical, DatapathPortKind.Physical, MacAddress.Parse(_plan.VtepMac), IsUp: true));
        foreach (var update in Underlay(_plan)) _datapath.ApplyTunnel(update);
        foreach (var peer in _planPeers) _datapath.ApplyTunnel(peer);
    }

    /// <summary>Other servers and foreign VTEPs come to overlays and leave them.</summary>
    public void Follow(ServerPlan plan)
    {
        _plan = plan;
        foreach (var update in Underlay(plan)) _datapath.ApplyTunnel(update);
        HashSet<AddPeer> peers = [.. Peers(plan)];
        foreach (var gone in _planPeers.Except(peers).ToArray()) _datapath.ApplyTunnel(new RemovePeer(gone.Type, gone.Vni, gone.Remote));
        foreach (var come in peers.Except(_planPeers).ToArray()) _datapath.ApplyTunnel(come);
        _planPeers = peers;
    }

    /// <summary>The NIC says that a VF's link changed. False when nobody has asked for that port.</summary>
    public bool TrySetLink(OdpPort number, bool isUp)
    {
        if (!_datapath.Ports.TryGet(number, out _) || !_ports.TryGetValue(number, out var vport)) return false;
        if (isUp) _unlinked.Remove(number);
        else _unlinked.Add(number);
        SetState(vport);
        return true;
    }

    /// <summary>Up or down, here and in a NIC, which is told the links as they are when it restarts.</summary>
    private void SetState(Vport vport)
    {
        var isLinked = !_unlinked.Contains(vport.Number);
        if (_datapath.Ports.TryGet(vport.Number, out var port)) port.IsUp = isLinked && vport.IsAdminUp;
        if (vport.Kind is not (DeviceKind.Representor or DeviceKind.Physical)) return;
        var (kind, mac) = vport.Kind == DeviceKind.Representor
            ? (DatapathPortKind.Representor, vport.Mac) : (DatapathPortKind.Physical, MacAddress.Parse(_plan.VtepMac));
        _hook.SetPort(new PortConfig(vport.Number, vport.Name, kind, mac, isLinked) { IsAdminUp = vport.IsAdminUp });
    }

    /// <summary>False when it is no command about ports.</summary>
    public bool TryCarry(KernelCommand command)
    {
        switch (command)
        {
            case SetVport set: Set(set.Port); return true;
            case RemoveVport remove: Remove(remove.Port); return true;
            case KeepVports keep: KeepOnly(keep.Ports); return true;
            case AddTunnelPeer add: Add(add.Peer); return true;
            case RemoveTunnelPeer remove: Remove(remove.Peer); return true;
            default: return false;
        }
    }

    public void Set(Vport port)
    {
        if (_ports.TryGetValue(port.Number, out var before) && (before.Name, before.Kind) != (port.Name, port.Kind))
        {
            Remove(port.Number);
            before = null;
        }

        _ports[port.Number] = port;
        Make(port);
        if (!port.Limits.Equals(before?.Limits ?? PortLimits.None)) _datapath.TrySetLimits(port.Number, port.Limits, _nowMs());
    }

    private void Make(Vport port)
    {
        switch (port.Kind)
        {
            case DeviceKind.Host:
                _datapath.AddPort(new DatapathPort(port.Number, port.Name, DatapathPortKind.Local));
                break;
            case DeviceKind.Representor:
                _datapath.AddPort(new DatapathPort(port.Number, port.Name, DatapathPortKind.Representor));
                break;
            case DeviceKind.Tunnel:
                _datapath.ApplyTunnel(new AddTunnelPort(new TunnelPort(
                    port.Number, port.Name, TypeOf(port.TunnelType!), port.UdpPort, port.GroupPolicy) { AcceptsAll = port.AcceptsAll }));
                _datapath.AddPort(new DatapathPort(port.Number, port.Name, DatapathPortKind.Tunnel));
                break;
            case DeviceKind.Physical:
                // The host had it all along; now what is no tunnel's goes to the bridge.
                SetBridged(port.Number, true);
                break;
        }

        SetState(port);
    }

    public void Remove(OdpPort number)
    {
        if (!_ports.Remove(number, out var port)) return;
        _unlinked.Remove(number);
        if (port.Kind == DeviceKind.Physical)
        {
            SetBridged(number, false);
            SetState(port with { IsAdminUp = true });
            return;
        }

        _datapath.RemovePort(number);
        if (port.Kind == DeviceKind.Representor) _hook.RemovePort(number);
        else if (port.Kind == DeviceKind.Tunnel) _datapath.ApplyTunnel(new RemoveTunnelPort(number));
    }

    public void KeepOnly(IReadOnlyList<OdpPort> numbers)
    {
        foreach (var number in _ports.Keys.Except(numbers).ToArray()) Remove(number);
    }

    /// <summary>Where the remote end is not in the underlay's subnet, the emulated link reaches it all the same.</summary>
    public void Add(TunnelPeer peer)
    {
        _datapath.ApplyTunnel(new AddPeer(TypeOf(peer.Type), new Vni(peer.Vni), peer.Remote));
        foreach (var update in Reach(_plan, peer.Remote)) _datapath.ApplyTunnel(update);
    }

    /// <summary>Whom the topology knows stays known.</summary>
    public void Remove(TunnelPeer peer)
    {
        var (type, vni) = (TypeOf(peer.Type), new Vni(peer.Vni));
        if (!_planPeers.Contains(new AddPeer(type, vni, peer.Remote))) _datapath.ApplyTunnel(new RemovePeer(type, vni, peer.Remote));
    }

    private void SetBridged(OdpPort number, bool isBridged)
    {
        if (_datapath.Ports.TryGet(number, out var port)) port.IsBridged = isBridged;
    }

    private static TunnelType TypeOf(string type) => type switch
    {
        "vxlan" => TunnelType.Vxlan,
        "geneve" => TunnelType.Geneve,
        _ => TunnelType.Nvgre,
    };

    /// <summary>The VTEP's own address and the way to the others.</summary>
    private static IEnumerable<TunnelUpdate> Underlay(ServerPlan plan)
    {
        var vtep = IpAddress.Parse(plan.Vtep);
        yield return new AddLocalAddress(vtep, MacAddress.Parse(plan.VtepMac), ServerPorts.PhysicalPort);
        yield return new SetEgressMtu(ServerPorts.PhysicalPort, plan.UnderlayMtu);
        var subnet = IPNetwork.Parse(plan.UnderlayPrefix);
        yield return new SetRoute(
            IpAddress.Parse(subnet.BaseAddress.ToString()), subnet.PrefixLength, null, ServerPorts.PhysicalPort, vtep);
        foreach (var remote in plan.Overlays.SelectMany(overlay => overlay.RemoteVteps))
            foreach (var update in Reach(plan, IpAddress.Parse(remote.Address))) yield return update;
    }

    /// <summary>The Ethernet address of a remote VTEP follows from its IP address.</summary>
    private static IEnumerable<TunnelUpdate> Reach(ServerPlan plan, IpAddress remote)
    {
        yield return new SetNeighbour(remote, MacAddress.Parse(ServerPlanner.VtepMac(remote.ToIPAddress())));
        if (remote.IsIpv4 && !IPNetwork.Parse(plan.UnderlayPrefix).Contains(remote.ToIPAddress()))
            yield return new SetRoute(remote, 32, null, ServerPorts.PhysicalPort, IpAddress.Parse(plan.Vtep));
    }

    /// <summary>Who may send what: the other ends of each overlay.</summary>
    private static IEnumerable<AddPeer> Peers(ServerPlan plan) =>
        from overlay in plan.Overlays
        let type = ServerPorts.IsGeneve(overlay) ? TunnelType.Geneve : TunnelType.Vxlan
        from remote in overlay.RemoteVteps
        select new AddPeer(type, new Vni(overlay.Vni), IpAddress.Parse(remote.Address));
}
