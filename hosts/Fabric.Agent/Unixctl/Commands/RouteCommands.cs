using System.Globalization;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Routes of the agent: <c>ovs/route/*</c>.</summary>
internal static class RouteCommands
{
    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        var routes = context.Routes;
        registry.Add("ovs/route/show", "", 0, 0, _ => UnixctlReply.Ok(routes.Format()));
        registry.Add("ovs/route/add", "ip_addr/prefix_len out_br_name [gw] [pkt_mark=mark]", 2, 4, call => AddRoute(routes, call));
        registry.Add("ovs/route/del", "ip_addr/prefix_len [pkt_mark=mark]", 1, 2, call =>
        {
            if (!TryPrefix(call[0], out var network, out var length)) return UnixctlReply.Fail("Invalid parameters");
            if (!TryMark(call, 1, out var mark)) return UnixctlReply.Fail("Invalid pkt_mark");
            return routes.Remove(network, length, mark) ? UnixctlReply.Ok("OK") : UnixctlReply.Fail("Not found");
        });
        registry.Add("ovs/route/lookup", "ip_addr [pkt_mark=mark]", 1, 2, call =>
        {
            if (!IpAddress.TryParse(call[0], out var address)) return UnixctlReply.Fail("Invalid parameters");
            if (!TryMark(call, 1, out var mark)) return UnixctlReply.Fail("Invalid pkt_mark");
            if (routes.Lookup(address, mark) is not { } route) return UnixctlReply.Fail("Not found");
            var gateway = route.Gateway.IsUnspecified ? "::" : route.Gateway.ToString();
            return UnixctlReply.Ok($"src {route.Source}\ngateway {gateway}\ndev {route.Device}\n");
        });
    }

    private static UnixctlReply AddRoute(RouteTable routes, UnixctlCall call)
    {
        if (!TryPrefix(call[0], out var network, out var length)) return UnixctlReply.Fail("Invalid parameters");
        uint mark = 0;
        var gateway = default(IpAddress);
        if (call.Count > 2 && !TryMark(call, 2, out mark)
            && !(IpAddress.TryParse(call[2], out gateway) && gateway.IsIpv4 == network.IsIpv4))
            return UnixctlReply.Fail($"Invalid pkt_mark or {(network.IsIpv4 ? "" : "IPv6 ")}gateway");
        if (call.Count > 3 && !TryMark(call, 3, out mark)) return UnixctlReply.Fail("Invalid pkt_mark");
        return routes.TryAdd(network, length, mark, call[1], gateway)
            ? UnixctlReply.Ok("OK") : UnixctlReply.Fail("Error while inserting route.");
    }

    private static bool TryMark(UnixctlCall call, int index, out uint mark)
    {
        mark = 0;
        const string Leader = "pkt_mark=";
        return call.Count <= index
            || (call[index].StartsWith(Leader, StringComparison.Ordinal) && ScanText.TryInteger(call[index][Leader.Length..], out mark));
    }

    private static bool TryPrefix(string text, out IpAddress network, out int length)
    {
        var slash = text.IndexOf('/');
        length = 0;
        if (!IpAddress.TryParse(slash < 0 ? text : text[..slash], out network)) return false;
        length = network.BitCount;
        if (slash < 0) return true;
        return int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length)
            && length <= network.BitCount;
    }
}
