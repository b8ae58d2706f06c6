using System.Globalization;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Learned addresses: <c>fdb/*</c>, and <c>mdb/*</c> for multicast snooping, which no bridge does.</summary>
internal static class FdbCommands
{
    private static readonly UnixctlReply NoBridge = UnixctlReply.Fail("no such bridge");
    private static readonly UnixctlReply NoSnooping = UnixctlReply.Fail("multicast snooping is disabled");

    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        var agent = context.Agent;
        registry.Add("fdb/show", "bridge", 1, 1, call =>
            agent.FindBridge(call[0]) is { } bridge ? UnixctlReply.Ok(bridge.FormatMacs(call.NowMs)) : NoBridge);
        registry.Add("fdb/add", "bridge port vlan mac", 4, 4, call => AddEntry(agent, call));
        registry.Add("fdb/del", "bridge vlan mac", 3, 3, call => DeleteEntry(agent, call));
        registry.Add("fdb/flush", "[bridge]", 0, 1, call => ForEach(agent, call, "table successfully flushed", b => b.Macs.Flush()));
        registry.Add("fdb/stats-show", "bridge", 1, 1, call =>
            agent.FindBridge(call[0]) is { } bridge ? UnixctlReply.Ok(Statistics(bridge)) : NoBridge);
        registry.Add("fdb/stats-clear", "[bridge]", 0, 1, call =>
            ForEach(agent, call, "statistics successfully cleared", b => b.Macs.ClearStatistics()));
        registry.Add("mdb/show", "bridge", 1, 1, call => agent.FindBridge(call[0]) is null ? NoBridge : NoSnooping);
        registry.Add("mdb/flush", "[bridge]", 0, 1, call => call.Count == 0 ? UnixctlReply.Ok("table successfully flushed")
            : agent.FindBridge(call[0]) is null ? NoBridge : NoSnooping);
    }

    private static UnixctlReply ForEach(OvsAgent agent, UnixctlCall call, string done, Action<AgentBridge> action)
    {
        if (call.Count == 0)
        {
            foreach (var bridge in agent.Bridges) action(bridge);
            return UnixctlReply.Ok(done);
        }

        if (agent.FindBridge(call[0]) is not { } one) return NoBridge;
        action(one);
        return UnixctlReply.Ok(done);
    }

    private static UnixctlReply AddEntry(OvsAgent agent, UnixctlCall call)
    {
        if (agent.FindBridge(call[0]) is not { } bridge) return NoBridge;
        var vlan = (ushort)ScanText.Atoi(call[2]);
        if (!MacAddress.TryParse(call[3], out var mac)) return UnixctlReply.Fail("bad MAC address");
        if (bridge.FindPort(call[1]) is not { } port) return UnixctlReply.Fail("software error, odp port is present but no ofp port");
        var known = bridge.Macs.Find(vlan, mac);
        bridge.Macs.AddStatic(vlan, mac, port.Bundle.Number, call.NowMs);
        if (known is null || (known.IsStatic && known.Port == port.Bundle.Number)) return UnixctlReply.Done;
        return UnixctlReply.Ok($"Overriding already existing {(known.IsStatic ? "static" : "dynamic")} entry on {known.Port}\n");
    }

    private static UnixctlReply DeleteEntry(OvsAgent agent, UnixctlCall call)
    {
        if (agent.FindBridge(call[0]) is not { } bridge) return NoBridge;
        var vlan = (ushort)ScanText.Atoi(call[1]);
        if (!MacAddress.TryParse(call[2], out var mac)) return UnixctlReply.Fail("bad MAC address");
        return bridge.Macs.Find(vlan, mac) is { IsStatic: true } && bridge.Macs.Delete(vlan, mac)
            ? UnixctlReply.Done : UnixctlReply.Fail("could not find static mac entry");
    }

    private static string Statistics(AgentBridge bridge)
    {
        var macs = bridge.Macs;
        return string.Create(CultureInfo.InvariantCulture, $"""
            Statistics for bridge "{bridge.Name}":
              Current/maximum MAC entries in the table: {macs.Count}/{macs.MaxEntries}
              Current static MAC entries in the table : {macs.StaticCount}
              Total number of learned MAC entries     : {macs.Statistics.Learned}
              Total number of expired MAC entries     : {macs.Statistics.Expired}
              Total number of evicted MAC entries     : {macs.Statistics.Evicted}
              Total number of port moved MAC entries  : {macs.Statistics.Moved}

            """);
    }
}
