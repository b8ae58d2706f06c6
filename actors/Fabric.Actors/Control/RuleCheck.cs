using Fabric.Actors.Protocol;
using Fabric.Topology;

namespace Fabric.Actors;

/// <summary>
/// Checks what a topology's own reader cannot: that every rule under <c>ovs:</c> is one its server's bridge takes. Each bad rule gives an
/// error at the place where it stands.
/// </summary>
public static class RuleCheck
{
    public static IReadOnlyList<TopologyError> Check(FabricTopology topology, string fileName)
    {
        var errors = new List<TopologyError>();
        foreach (var bridge in topology.Rules)
        {
            if (topology.FindServer(bridge.Server) is not { } server) continue;
            var plan = ServerPlanner.Plan(topology, server, 0) with { Flows = new Dictionary<string, IReadOnlyList<string>>() };
            var agent = AgentSetup.Build(plan, 0);
            foreach (var rule in bridge.Rules)
            {
                if (!agent.TryAddRule(bridge.Bridge, rule.Text, 0, out var error))
                    errors.Add(new TopologyError(fileName, rule.Line, rule.Column, $"ovs.{bridge.Server}.flows.{bridge.Bridge}",
                        error ?? "refused", []));
            }
        }

        return errors;
    }
}
