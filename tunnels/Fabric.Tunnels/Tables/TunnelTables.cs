using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Tunnels;

/// <summary>
/// What a tunnel end point knows: its logical ports, its own addresses, who may send it what, and how to reach the others. The kernel
/// datapath owns one, the NIC owns a copy that it is told of by <see cref="TunnelUpdate"/>s; the two share nothing.
/// <para>Routes are few (one per underlay prefix) and lie in an array by falling prefix length, so the first that fits is the longest.
/// What a frame needs is the outcome of route, neighbour and local address together; that is computed once for each pair of outer addresses
/// and kept as a <see cref="TunnelPath"/> until anything changes.</para>
/// <list type="number">
/// <item>T1: <see cref="Snapshot"/> applied to empty tables gives tables that answer every look-up alike.</item>
/// <item>T2: applying an update twice is applying it once.</item>
/// <item>T3: a path never outlives the update that makes it wrong.</item>
/// <item>T4: look-ups of a known pair of addresses allocate nothing.</item>
/// </list>
/// <para>Not modelled: policy routing, multipath, path MTU discovery, multicast groups.</para>
/// </summary>
public sealed class TunnelTables
{
    /// <summary>Most kept paths; beyond it they are computed anew. Far more than a fabric has VTEPs.</summary>
    private const int PathLimit = 16_384;

    private readonly Dictionary<OdpPort, TunnelPort> _ports = [];
    private readonly Dictionary<(TunnelType, ushort), TunnelPort> _listeners = [];
    private readonly Dictionary<IpAddress, AddLocalAddress> _locals = [];
    private readonly Dictionary<(TunnelType, Vni, IpAddress), AddPeer> _peers = [];
    private readonly Dictionary<(TunnelType, Vni), int> _vniPeerCounts = [];
    private readonly Dictionary<IpAddress, MacAddress> _neighbours = [];
    private readonly Dictionary<OdpPort, int> _mtus = [];
    private readonly HashSet<(ushort, byte)> _knownOptions = [];
    private readonly Dictionary<(IpAddress Source, IpAddress Destination), TunnelPath> _paths = [];
    private SetRoute[] _routes = [];
    private ushort _identification;

    public TunnelTables(TunnelSettings? settings = null) => Settings = settings ?? new TunnelSettings();

    public TunnelSettings Settings { get; }

    public TunnelCounters Counters { get; } = new();

    /// <summary>Grows with every update.</summary>
    public int Version { get; private set; }

    public IReadOnlyCollection<TunnelPort> Ports => _ports.Values;

    public bool HasPorts => _ports.Count > 0;

    public IReadOnlyCollection<AddLocalAddress> LocalAddresses => _locals.Values;

    public IReadOnlyCollection<AddPeer> Peers => _peers.Values;

    /// <summary>By falling prefix length.</summary>
    public IReadOnlyList<SetRoute> Routes => _routes;

    public void Apply(TunnelUpdate update)
    {
        Version++;
        _paths.Clear();
        switch (update)
        {
            case AddTunnelPort add: AddPort(add.Port); break;
            case RemoveTunnelPort remove: RemovePort(remove.Port); break;
            case AddLocalAddress add: _locals[add.Address] = add; break;
            case RemoveLocalAddress remove: _locals.Remove(remove.Address); break;
            case AddPeer add: Add(add); break;
            case RemovePeer remove: Remove(remove); break;
            case SetRoute route: Set(route); break;
            case RemoveRoute remove: _routes = WithoutRoute(remove.Prefix.Network(remove.PrefixLength), remove.PrefixLength); break;
            case SetNeighbour neighbour: _neighbours[neighbour.Address] = neighbour.Mac; break;
            case RemoveNeighbour remove: _neighbours.Remove(remove.Address); break;
            case SetEgressMtu mtu: _mtus[mtu.Port] = mtu.Mtu; break;
            case AddKnownOption option: _knownOptions.Add((option.OptionClass, option.Type)); break;
            case RemoveKnownOption option: _knownOptions.Remove((option.OptionClass, option.Type)); break;
            default: Invariant.Fail("every tunnel update has a meaning"); break;
        }
    }

    /// <summary>Updates that make empty tables equal to these (property T1).</summary>
    public IEnumerable<TunnelUpdate> Snapshot()
    {
        foreach (var port in _ports.Values) yield return new AddTunnelPort(port);
        foreach (var local in _locals.Values) yield return local;
        foreach (var peer in _peers.Values) yield return peer;
        foreach (var route in _routes) yield return route;
        foreach (var (address, mac) in _neighbours) yield return new SetNeighbour(address, mac);
        foreach (var (port, mtu) in _mtus) yield return new SetEgressMtu(port, mtu);
        foreach (var (optionClass, type) in _knownOptions) yield return new AddKnownOption(optionClass, type);
    }

    public bool TryGetPort(OdpPort port, [NotNullWhen(true)] out TunnelPort? tunnelPort) => _ports.TryGetValue(port, out tunnelPort);

    /// <summary>The port that listens for this type on this UDP port (0 for NVGRE).</summary>
    public bool TryGetListener(TunnelType type, ushort udpPort, [NotNullWhen(true)] out TunnelPort? tunnelPort) =>
        _listeners.TryGetValue((type, udpPort), out tunnelPort);

    public bool IsLocal(IpAddress address) => _locals.ContainsKey(address);

    public bool TryGetLocal(IpAddress address, [NotNullWhen(true)] out AddLocalAddress? local) => _locals.TryGetValue(address, out local);

    public bool HasVni(TunnelType type, Vni vni) => _vniPeerCounts.ContainsKey((type, vni));

    public bool HasPeer(TunnelType type, Vni vni, IpAddress remote) => _peers.ContainsKey((type, vni, remote));

    public bool IsKnownOption(ushort optionClass, byte type) => _knownOptions.Contains((optionClass, type));

    public bool TryGetNeighbour(IpAddress address, out MacAddress mac) => _neighbours.TryGetValue(address, out mac);

    /// <summary>Longest-prefix match.</summary>
    public bool TryGetRoute(IpAddress destination, [NotNullWhen(true)] out SetRoute? route)
    {
        foreach (var candidate in _routes)
        {
            if (destination.IsIpv4 != candidate.Prefix.IsIpv4 || destination.Network(candidate.PrefixLength) != candidate.Prefix) continue;
            route = candidate;
            return true;
        }

        route = null;
        return false;
    }

    /// <summary>
    /// How to reach <paramref name="destination"/>; else <see cref="DropReason.NoRoute"/> or <see cref="DropReason.NoNeighbour"/>.
    /// </summary>
    /// <param name="source">Unspecified: the route chooses.</param>
    public bool TryGetPath(IpAddress source, IpAddress destination, [NotNullWhen(true)] out TunnelPath? path, out DropReason reason)
    {
        reason = default;
        return _paths.TryGetValue((source, destination), out path) || TryFindPath(source, destination, out path, out reason);
    }

    /// <summary>Identification of an outer IPv4 packet that may be fragmented on its way (RFC 6864 section 4.2).</summary>
    internal ushort NextIdentification() => ++_identification;

    private bool TryFindPath(IpAddress source, IpAddress destination, [NotNullWhen(true)] out TunnelPath? path, out DropReason reason)
    {
        path = null;
        reason = DropReason.NoRoute;
        if (!TryGetRoute(destination, out var route)) return false;
        var actualSource = source.IsUnspecified ? route.Source : source;
        // Nobody sends from an address that is not his, nor from one of the other family.
        if (!_locals.TryGetValue(actualSource, out var local) || actualSource.IsIpv4 != destination.IsIpv4) return false;
        reason = DropReason.NoNeighbour;
        if (!_neighbours.TryGetValue(route.Gateway ?? destination, out var nextHop)) return false;
        path = new TunnelPath(
            actualSource, destination, route.Egress, local.Mac, nextHop, _mtus.GetValueOrDefault(route.Egress, Settings.DefaultMtu));
        if (_paths.Count >= PathLimit) _paths.Clear();
        _paths.Add((source, destination), path);
        reason = default;
        return true;
    }

    private void AddPort(TunnelPort port)
    {
        RemovePort(port.Port);
        if (_listeners.TryGetValue((port.Type, port.UdpPort), out var other)) RemovePort(other.Port);
        _ports.Add(port.Port, port);
        _listeners.Add((port.Type, port.UdpPort), port);
    }

    private void RemovePort(OdpPort port)
    {
        if (_ports.Remove(port, out var old)) _listeners.Remove((old.Type, old.UdpPort));
    }

    private void Add(AddPeer peer)
    {
        if (!_peers.TryAdd((peer.Type, peer.Vni, peer.Remote), peer)) return;
        CollectionsMarshal.GetValueRefOrAddDefault(_vniPeerCounts, (peer.Type, peer.Vni), out _)++;
    }

    private void Remove(RemovePeer peer)
    {
        if (!_peers.Remove((peer.Type, peer.Vni, peer.Remote))) return;
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_vniPeerCounts, (peer.Type, peer.Vni));
        if (--count == 0) _vniPeerCounts.Remove((peer.Type, peer.Vni));
    }

    private void Set(SetRoute route)
    {
        Invariant.Check((uint)route.PrefixLength <= (uint)route.Prefix.BitCount, "a prefix is no longer than an address");
        var network = route.Prefix.Network(route.PrefixLength);
        var others = WithoutRoute(network, route.PrefixLength);
        // A stable sort: equal lengths cannot both fit one address, but their order must not depend on luck.
        _routes = [.. others.Append(route with { Prefix = network }).OrderByDescending(r => r.PrefixLength)];
    }

    private SetRoute[] WithoutRoute(IpAddress network, int prefixLength) =>
        [.. _routes.Where(r => r.PrefixLength != prefixLength || r.Prefix != network)];
}
