using Fabric.Actors.Protocol;
using Fabric.Agent;

namespace Fabric.Actors;

/// <summary>What an agent tells of its bridges and rules.</summary>
internal static class AgentLists
{
    public static FlowList Rules(OvsAgent agent, ListFlows request, long nowMs)
    {
        if (!request.Wants("openflow")) return new FlowList([], 0);
        var rules = agent.Bridges.SelectMany(bridge => bridge.Tables.Rules.Select(rule => (bridge, rule))).ToList();
        return new FlowList(
            [.. rules.Take(request.Limit).Select(r => Entry(r.bridge, r.rule, nowMs))], Math.Max(0, rules.Count - request.Limit));
    }

    public static AgentPartState State(OvsAgent agent, ServerPlan plan, PartAccount account) => new(
        agent.UpcallCount, agent.Bridges.Sum(b => b.Tables.RuleCount), [.. agent.Bridges.Select(bridge => Bridge(bridge, plan))], account);

    /// <summary>The line of <c>ovs-ofctl dump-flows</c>, cut into the columns that all tiers have.</summary>
    private static FlowEntry Entry(AgentBridge bridge, OpenFlowRule rule, long nowMs)
    {
        var line = rule.Format(nowMs, bridge);
        var actions = line.IndexOf("actions=", StringComparison.Ordinal);
        return new FlowEntry(
            "openflow", null, $"{bridge.Name}:{line[..actions].TrimEnd()}", line[(actions + "actions=".Length)..], rule.Packets,
            rule.Packets, rule.Bytes,
            rule.Packets == 0 ? null : Math.Max(0, nowMs - rule.UsedMs), null, null);
    }

    private static BridgeState Bridge(AgentBridge bridge, ServerPlan plan) => new(
        plan.Name, bridge.Name, bridge.DatapathId.ToString("x16"), [.. bridge.Ports.Select(Port)], bridge.Tables.RuleCount,
        bridge.Macs.Entries.Count());

    private static BridgePortState Port(AgentPort port) => new(
        port.Name, port.Number.Value, port.Settings.Type == AgentPortType.Patch ? null : port.Settings.Odp.Value,
        port.Settings.Tunnel?.Type ?? port.Settings.Type.ToString().ToLowerInvariant(), port.Settings.Tunnel?.ToString() ?? "");
}
