using Fabric.Actors.Protocol;
using Fabric.Agent;
using Fabric.Agent.Configuration;

namespace Fabric.Actors;

/// <summary>Configures an agent as a plan says, without a database between: bridge and ports, no rules.</summary>
internal static class AgentSetup
{
    /// <exception cref="InvalidOperationException">A port is refused; topologies are checked before they get here.</exception>
    public static OvsAgent Build(ServerPlan plan, long nowMs, RevalidatorOptions? options = null, ulong life = 0)
    {
        var agent = new OvsAgent(options, life);
        Configure(agent, plan, new VportCollector(), nowMs);
        return agent;
    }

    /// <summary>The ports of the datapath that a plan comes to.</summary>
    public static IReadOnlyList<Vport> Vports(ServerPlan plan)
    {
        var collector = new VportCollector();
        Configure(new OvsAgent(), plan, collector, 0);
        return collector.Ports;
    }

    private static void Configure(OvsAgent agent, ServerPlan plan, IVports vports, long nowMs)
    {
        var reconciler = new SwitchReconciler(agent, new ServerDevices(plan));
        reconciler.Apply(PlanConfiguration.Of(plan), vports, nowMs);
        if (reconciler.Interfaces.Values.FirstOrDefault(i => i.Error is not null) is { } failed)
            throw new InvalidOperationException(failed.Error);
    }
}
