using System.Globalization;
using System.Text;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// The routes of the agent (OVS: <c>lib/ovs-router.c</c>): those of the system, copied, and those that the operator adds. The longest
/// prefix wins; among equals the operator's.
/// </summary>
public sealed class RouteTable
{
    private readonly List<RouteEntry> _routes = [];
    private readonly List<(string Device, IpAddress Address, int PrefixLength)> _addresses = [];

    public IReadOnlyList<RouteEntry> Routes => _routes;

    /// <summary>Tells an address of a bridge or other device, with the network it is in; one of each family.</summary>
    public void AddAddress(string device, IpAddress address, int prefixLength)
    {
        _addresses.RemoveAll(a => a.Device == device && a.Address.IsIpv4 == address.IsIpv4);
        _addresses.Add((device, address, prefixLength));
    }

    /// <summary>A route of the system.</summary>
    public void AddCached(RouteEntry route) => Insert(route with { IsUser = false });

    /// <summary>False when the device has no address on the network of the gateway or, without one, of the route.</summary>
    public bool TryAdd(IpAddress network, int prefixLength, uint mark, string device, IpAddress gateway)
    {
        var target = gateway.IsUnspecified ? network : gateway;
        var source = _addresses.Find(a => a.Device == device && a.Address.IsIpv4 == network.IsIpv4
            && a.Address.Network(a.PrefixLength) == target.Network(a.PrefixLength));
        if (source.Device is null) return false;
        Insert(new RouteEntry(network.Network(prefixLength), prefixLength, mark, device, gateway, source.Address, IsUser: true));
        return true;
    }

    /// <summary>Removes the operator's route; false when there is none. Those of the system are the system's.</summary>
    public bool Remove(IpAddress network, int prefixLength, uint mark) => _routes.RemoveAll(r =>
        r.IsUser && r.Network == network.Network(prefixLength) && r.PrefixLength == prefixLength && r.Mark == mark) > 0;

    /// <summary>Packets with a mark take the routes of that mark first.</summary>
    public RouteEntry? Lookup(IpAddress destination, uint mark) => Find(destination, mark) ?? (mark == 0 ? null : Find(destination, 0));

    /// <summary>As <c>ovs/route/show</c>.</summary>
    public string Format()
    {
        var text = new StringBuilder("Route Table:\n");
        foreach (var route in _routes)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(route.IsUser ? "User" : "Cached")}: {route.Network}/{route.PrefixLength}");
            if (route.Mark != 0) text.Append(CultureInfo.InvariantCulture, $" MARK {route.Mark}");
            text.Append($" dev {route.Device}");
            if (!route.Gateway.IsUnspecified) text.Append($" GW {route.Gateway}");
            text.Append($" SRC {route.Source}{(route.IsLocal ? " local" : "")}\n");
        }

        return text.ToString();
    }

    private RouteEntry? Find(IpAddress destination, uint mark) => _routes
        .Where(r => r.Mark == mark && r.Network.IsIpv4 == destination.IsIpv4 && destination.Network(r.PrefixLength) == r.Network)
        .OrderByDescending(r => r.PrefixLength).ThenByDescending(r => r.IsUser).FirstOrDefault();

    private void Insert(RouteEntry route)
    {
        _routes.RemoveAll(r =>
            r.Network == route.Network && r.PrefixLength == route.PrefixLength && r.Mark == route.Mark && r.IsUser == route.IsUser);
        _routes.Add(route);
    }
}
