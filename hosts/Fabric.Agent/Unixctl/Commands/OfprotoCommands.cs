using System.Globalization;
using System.Text;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Bridges and their rules: <c>ofproto/*</c> and <c>bridge/*</c>.</summary>
internal static class OfprotoCommands
{
    private static readonly UnixctlReply UnknownBridge = UnixctlReply.Fail("Unknown bridge");

    public static int InternalRuleCount => InternalRule.All.Count();

    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        var agent = context.Agent;
        registry.Add("ofproto/list", "", 0, 0, _ => UnixctlReply.Ok(string.Concat(agent.Bridges.Select(b => b.Name + "\n"))));
        registry.Add("ofproto/list-tunnels", "", 0, 0, _ => ListTunnels(agent));
        registry.Add("ofproto/trace", "{[dp_name] odp_flow | bridge br_flow} [OPTIONS...] [-generate|packet]", 1,
            UnixctlRegistry.Unlimited, call => TraceCommand.Run(context, call));
        registry.Add("ofproto/trace-packet-out",
            "[-consistent] {[dp_name] odp_flow | bridge br_flow} [OPTIONS...] [-generate|packet] actions", 2, UnixctlRegistry.Unlimited,
            call => TraceCommand.RunActions(context, call));
        registry.Add("bridge/dump-flows", "[--offload-stats] bridge", 1, 2, call => DumpRules(agent, call));
        registry.Add("bridge/reconnect", "[bridge]", 0, 1, call =>
        {
            if (call.Count > 0 && agent.FindBridge(call[0]) is null) return UnknownBridge;
            context.Host.Reconnect(call.Count > 0 ? call[0] : null);
            return UnixctlReply.Done;
        });
    }

    /// <summary>All there are, also those that no controller sees.</summary>
    private static IEnumerable<OpenFlowRule> Rules(AgentBridge bridge, long nowMs) =>
    [
        .. bridge.Tables.HiddenRules, .. bridge.Tables.Rules, .. bridge.Bonds.SelectMany(b => b.RulesAt(nowMs)),
        .. bridge.Tables.InternalRules,
    ];

    private static UnixctlReply DumpRules(OvsAgent agent, UnixctlCall call)
    {
        if (agent.FindBridge(call[call.Count - 1]) is not { } bridge) return UnknownBridge;
        var offload = call.Count > 1 && call[0] == "--offload-stats" ? "n_offload_packets=0, n_offload_bytes=0, " : "";
        var text = new StringBuilder();
        foreach (var rule in Rules(bridge, call.NowMs))
        {
            if (rule.Table != 0) text.Append(CultureInfo.InvariantCulture, $"table_id={rule.Table}, ");
            text.Append(CultureInfo.InvariantCulture, $"duration={(call.NowMs - rule.CreatedMs) / 1000}s, ");
            text.Append(CultureInfo.InvariantCulture, $"n_packets={rule.Packets}, n_bytes={rule.Bytes}, {offload}");
            var match = rule.Priority > ushort.MaxValue ? $"priority={rule.Priority}"
                : MatchText.Format(rule.Match, null, (ushort)rule.Priority, bridge.TunnelOptions);
            text.Append(match).Append(match.Length == 0 ? "actions=" : ",actions=")
                .Append(ActionText.Format(rule.Actions, NoOpenFlowPorts.Instance)).Append('\n');
        }

        return UnixctlReply.Ok(text.ToString());
    }

    private static UnixctlReply ListTunnels(OvsAgent agent)
    {
        var tunnels = agent.Bridges.SelectMany(b => b.Ports).Where(p => p.Settings.Tunnel is not null);
        var sorted = tunnels.OrderBy(p => p.Settings.Odp.Value).ThenBy(p => p.Name, StringComparer.Ordinal);
        return UnixctlReply.Ok(string.Concat(sorted.Select(Tunnel)));
    }

    private static string Tunnel(AgentPort port)
    {
        var tunnel = port.Settings.Tunnel!;
        var local = PortWords.Address(tunnel.LocalIpv4, tunnel.LocalIpv6, tunnel.IsLocalFlow) ?? "::";
        var remote = PortWords.Address(tunnel.RemoteIpv4, tunnel.RemoteIpv6, tunnel.IsRemoteFlow) ?? "::";
        var number = string.Create(CultureInfo.InvariantCulture, $"{tunnel.Key ?? 0:x}");
        var key = tunnel.IsKeyFlow ? "flow" : number == "0" ? "0" : $"0x{number}";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"port {port.Settings.Odp.Value}: {port.Name} ({tunnel.Type}: {local}->{remote}");
        text.Append(CultureInfo.InvariantCulture, $", key={key}, legacy_l2, dp port={port.Settings.Odp.Value}");
        text.Append(tunnel.IsTtlInherited ? ", ttl=inherit" : string.Create(CultureInfo.InvariantCulture, $", ttl={tunnel.Ttl}"));
        if (tunnel.IsTosInherited) text.Append(", tos=inherit");
        else if (tunnel.Tos != 0) text.Append(CultureInfo.InvariantCulture, $", tos=0x{tunnel.Tos:x}");
        if (!tunnel.DontFragment) text.Append(", df=false");
        if (tunnel.Checksum) text.Append(", csum=true");
        return text.Append(")\n").ToString();
    }
}
