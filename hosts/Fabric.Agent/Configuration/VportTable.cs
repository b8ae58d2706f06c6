using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Configuration;

/// <summary>
/// The datapath's ports as the agent wants them: their numbers, who shares a tunnel's port, and which senders it has to expect. Numbers
/// belong to names and outlive an agent, since flows of the datapath go on naming them.
/// </summary>
internal sealed class VportTable(IDevices devices)
{
    private readonly Dictionary<string, (OdpPort Number, bool IsAdminUp)> _earlier = [];
    private readonly Dictionary<string, Vport> _ports = [];
    private readonly HashSet<OdpPort> _taken = [];
    private readonly Dictionary<string, List<Sharer>> _sharers = [];
    private readonly Dictionary<TunnelPeer, int> _peers = [];

    private sealed record Sharer(string Interface, bool AcceptsAll, bool GroupPolicy, TunnelPeer? Peer);

    public IReadOnlyCollection<Vport> Ports => _ports.Values;

    /// <summary>Ports that the datapath had before this agent: each name gets its number again, and stays down if it was.</summary>
    public void Remember(IEnumerable<(string Name, OdpPort Number, bool IsAdminUp)> ports)
    {
        foreach (var (name, number, isAdminUp) in ports)
            if (_taken.Add(number)) _earlier[name] = (number, isAdminUp);
    }

    public bool TryGet(string name, [NotNullWhen(true)] out Vport? port) => _ports.TryGetValue(name, out port);

    public Vport Add(Device device, PortLimits limits, IVports vports)
    {
        var (number, isAdminUp) = NumberOf(device.Name);
        var port = new Vport(number, device.Name, device.Kind, device.Mac) { Limits = limits, IsAdminUp = isAdminUp };
        _ports[device.Name] = port;
        vports.SetPort(port);
        return port;
    }

    /// <summary>Sets a device that is there up or down.</summary>
    public void SetUp(string name, bool isUp, IVports vports)
    {
        if (_ports[name].IsAdminUp != isUp) vports.SetPort(_ports[name] = _ports[name] with { IsAdminUp = isUp });
    }

    /// <summary>A port that is there already has another address or other limits.</summary>
    public void Change(Device device, PortLimits limits, IVports vports)
    {
        var changed = _ports[device.Name] with { Mac = device.Mac, Limits = limits };
        if (changed != _ports[device.Name]) vports.SetPort(_ports[device.Name] = changed);
    }

    public void Remove(string name, IVports vports)
    {
        if (!_ports.Remove(name, out var port)) return;
        _taken.Remove(port.Number);
        vports.RemovePort(port.Number);
    }

    /// <summary>The extension is a property of the shared port, so all its sharers agree on it.</summary>
    public bool HasOtherGroupPolicy(string vport, bool groupPolicy) =>
        _sharers.TryGetValue(vport, out var sharers) && sharers.Count > 0 && sharers[0].GroupPolicy != groupPolicy;

    public OdpPort AddTunnel(string name, TunnelSettings tunnel, bool groupPolicy, bool isOpen, IVports vports)
    {
        var vport = TunnelOptions.VportName(tunnel);
        if (!_sharers.TryGetValue(vport, out var sharers)) _sharers.Add(vport, sharers = []);
        var peer = PeerOf(tunnel);
        sharers.Add(new Sharer(name, isOpen && peer is null, groupPolicy, peer));
        if (peer is not null)
        {
            var users = _peers[peer] = _peers.GetValueOrDefault(peer) + 1;
            if (users == 1) vports.AddPeer(peer);
        }

        var port = new Vport(_ports.TryGetValue(vport, out var present) ? present.Number : NumberOf(vport).Number, vport, DeviceKind.Tunnel)
        {
            TunnelType = tunnel.Type, UdpPort = tunnel.EffectiveUdpPort, GroupPolicy = groupPolicy,
            AcceptsAll = sharers.Exists(s => s.AcceptsAll),
        };
        _ports[vport] = port;
        if (port != present) vports.SetPort(port);
        return port.Number;
    }

    public void RemoveTunnel(string name, TunnelSettings tunnel, IVports vports)
    {
        var vport = TunnelOptions.VportName(tunnel);
        if (!_sharers.TryGetValue(vport, out var sharers) || sharers.Find(s => s.Interface == name) is not { } sharer) return;
        sharers.Remove(sharer);
        if (sharer.Peer is { } peer && --_peers[peer] == 0)
        {
            _peers.Remove(peer);
            vports.RemovePeer(peer);
        }

        var acceptsAll = sharers.Exists(s => s.AcceptsAll);
        if (sharers.Count == 0) Remove(vport, vports);
        else if (_ports[vport].AcceptsAll != acceptsAll) vports.SetPort(_ports[vport] = _ports[vport] with { AcceptsAll = acceptsAll });
    }

    /// <summary>Tells a datapath that may have lost everything, or may have too much.</summary>
    public void TellAll(IVports vports)
    {
        vports.KeepOnly([.. _ports.Values.Select(port => port.Number)]);
        foreach (var port in _ports.Values.OrderBy(port => port.Number.Value)) vports.SetPort(port);
        foreach (var peer in _peers.Keys) vports.AddPeer(peer);
    }

    /// <summary>Forgets the numbers of ports that nobody wants any more.</summary>
    public void ForgetEarlier()
    {
        foreach (var (number, _) in _earlier.Values) _taken.Remove(number);
        _earlier.Clear();
    }

    private (OdpPort Number, bool IsAdminUp) NumberOf(string name)
    {
        if (_earlier.Remove(name, out var known)) return known;
        var number = devices.ChooseNumber(name, candidate => !_taken.Contains(candidate));
        _taken.Add(number);
        return (number, true);
    }

    /// <summary>Null when packets of more than one sender or key can be for this port.</summary>
    private static TunnelPeer? PeerOf(TunnelSettings tunnel)
    {
        if (tunnel.IsRemoteFlow || tunnel.IsKeyFlow) return null;
        return new TunnelPeer(tunnel.Type, (uint)(tunnel.Key ?? 0) & 0xff_ffff, tunnel.RemoteIpv4 is { } v4 ? v4 : tunnel.RemoteIpv6
            ?? default);
    }
}
