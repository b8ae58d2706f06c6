using Fabric.Tunnels;

namespace Fabric.Nic;

/// <summary>
/// Ends what a host of a new epoch no longer says. Emptying the tunnel tables when an epoch begins would drop tunnelled frames until they
/// are filled again; so the old entries stay in force until the host has had its say, and then those it did not repeat go.
/// </summary>
internal sealed class TunnelResync
{
    private HashSet<TunnelUpdate>? _repeated;

    /// <summary>A new epoch has begun over tables that an earlier one filled.</summary>
    public void Begin() => _repeated = [];

    public void Said(TunnelUpdate update) =>
        // The tables keep a route under its network address.
        _repeated?.Add(update is SetRoute route ? route with { Prefix = route.Prefix.Network(route.PrefixLength) } : update);

    /// <summary>The updates that remove everything not repeated since <see cref="Begin"/>; none when there is nothing to end.</summary>
    public IReadOnlyList<TunnelUpdate> End(TunnelTables tables)
    {
        if (_repeated is null) return [];
        var removals = new List<TunnelUpdate>();
        foreach (var update in tables.Snapshot())
            if (!_repeated.Contains(update) && RemovalOf(update) is { } removal) removals.Add(removal);
        _repeated = null;
        return removals;
    }

    private static TunnelUpdate? RemovalOf(TunnelUpdate update) => update switch
    {
        AddTunnelPort add => new RemoveTunnelPort(add.Port.Port),
        AddLocalAddress add => new RemoveLocalAddress(add.Address),
        AddPeer add => new RemovePeer(add.Type, add.Vni, add.Remote),
        SetRoute route => new RemoveRoute(route.Prefix, route.PrefixLength),
        SetNeighbour neighbour => new RemoveNeighbour(neighbour.Address),
        AddKnownOption option => new RemoveKnownOption(option.OptionClass, option.Type),
        // An egress MTU without a route to use it is harmless.
        _ => null,
    };
}
