using System.Globalization;
using System.Text;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Tunnels of the agent: <c>tnl/*</c>. <c>tnl/arp</c> is the older name of <c>tnl/neigh</c>.</summary>
internal static class TunnelCommands
{
    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        var neighbours = context.Neighbours;
        foreach (var family in (ReadOnlySpan<string>)["tnl/arp/", "tnl/neigh/"])
        {
            registry.Add(family + "show", "", 0, 0, call => UnixctlReply.Ok(neighbours.Format(call.NowMs)));
            registry.Add(family + "set", "BRIDGE IP MAC", 3, 3, call => Set(neighbours, call));
            registry.Add(family + "flush", "", 0, 0, _ =>
            {
                neighbours.Clear();
                return UnixctlReply.Ok("OK");
            });
            registry.Add(family + "aging", "[SECS]", 0, 1, call => Age(neighbours, call));
        }

        registry.Add("tnl/ports/show", "-v", 0, 1, call => ShowPorts(context, call.Count > 0 && call[0].ToLowerInvariant() == "-v"));
        registry.Add("tnl/egress_port_range", "min max", 0, 2, call => SetPorts(context, call));
    }

    private static UnixctlReply Set(NeighbourCache neighbours, UnixctlCall call)
    {
        if (!IpAddress.TryParse(call[1], out var address)) return UnixctlReply.Fail("bad IP address");
        if (!MacAddress.TryParse(call[2], out var mac)) return UnixctlReply.Fail("bad MAC address");
        neighbours.Set(call[0], address, mac, call.NowMs);
        return UnixctlReply.Ok("OK");
    }

    private static UnixctlReply Age(NeighbourCache neighbours, UnixctlCall call)
    {
        if (call.Count == 0) return UnixctlReply.Ok((neighbours.AgeingMs / 1000).ToString(CultureInfo.InvariantCulture));
        if (!ScanText.TryUnsigned(call[0], out var seconds) || seconds is 0 or > NeighbourCache.MaxAgeingSeconds)
            return UnixctlReply.Fail("bad aging value");
        neighbours.AgeingMs = seconds * 1000L;
        return UnixctlReply.Ok("OK");
    }

    /// <summary>One line for each datapath port of tunnels, the last made first; with -v where they take packets of each address.</summary>
    private static UnixctlReply ShowPorts(SwitchContext context, bool isVerbose)
    {
        var text = new StringBuilder("Listening ports:\n");
        var groups = context.Agent.Bridges.SelectMany(b => b.Ports).Where(p => p.Settings.Tunnel is not null)
            .GroupBy(p => p.Settings.Odp.Value).OrderByDescending(g => g.Key);
        foreach (var group in groups)
        {
            var name = context.View.FindPort(group.First().Settings.Odp)?.Name ?? group.First().Name;
            if (!isVerbose) text.Append(CultureInfo.InvariantCulture, $"{name} ({group.Key}) ref_cnt={group.Count()}\n");
            else foreach (var (mac, address) in context.View.LocalAddresses) text.Append(Listens(name, group.First(), mac, address));
        }

        return UnixctlReply.Ok(text.ToString());
    }

    private static string Listens(string name, AgentPort port, MacAddress mac, IpAddress address)
    {
        var tunnel = port.Settings.Tunnel!;
        var proto = tunnel.Type is "vxlan" or "geneve" ? 17 : 47;
        var ip = address.IsIpv4 ? $"eth_type(0x0800),ipv4(dst={address},proto={proto},frag=no)"
            : $"eth_type(0x86dd),ipv6(dst={address},proto={proto},frag=no)";
        return string.Create(CultureInfo.InvariantCulture,
            $"{name} ({port.Settings.Odp.Value}) : eth(dst={mac}),{ip}{(proto == 17 ? $",udp(dst={tunnel.EffectiveUdpPort})" : "")}\n");
    }

    private static UnixctlReply SetPorts(SwitchContext context, UnixctlCall call)
    {
        if (call.Count < 2)
            return UnixctlReply.Ok(string.Create(CultureInfo.InvariantCulture,
                $"Tunnel UDP source port range: {context.TunnelPorts.First}-{context.TunnelPorts.Last}\n"));
        var (first, last) = (ScanText.Atoi(call[0]), ScanText.Atoi(call[1]));
        if (first is <= 0 or > ushort.MaxValue) return UnixctlReply.Ok("Invalid min.");
        if (last is <= 0 or > ushort.MaxValue) return UnixctlReply.Ok("Invalid max.");
        context.TunnelPorts = ((ushort)Math.Min(first, last), (ushort)Math.Max(first, last));
        return UnixctlReply.Ok("OK");
    }
}
