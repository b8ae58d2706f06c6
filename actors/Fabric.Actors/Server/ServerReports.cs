using Fabric.Actors.Protocol;
using Fabric.Nic;

namespace Fabric.Actors;

/// <summary>Puts the states of a server's parts together.</summary>
internal static class ServerReports
{
    /// <param name="states">What NIC, kernel datapath, agent, VFs and VMs answered, in any order.</param>
    public static object Of(ServerPlan plan, string node, bool ready, IReadOnlyList<object> states)
    {
        if (states.OfType<RequestRefused>().FirstOrDefault() is { } refused) return refused;
        var nic = states.OfType<NicPartState>().Single();
        var kernel = states.OfType<KernelPartState>().Single();
        var agent = states.OfType<AgentPartState>().Single();
        var vfs = states.OfType<VfPartState>().ToList();
        var vms = states.OfType<VmPartState>().ToList();
        PartAccount[] accounts =
            [nic.Account, nic.Physical, kernel.Account, agent.Account, .. vfs.Select(vf => vf.Account), .. vms.Select(vm => vm.Account)];
        var drops = accounts.SelectMany(a => a.Drops).GroupBy(d => d.Key).OrderBy(d => d.Key)
            .ToDictionary(d => d.Key.ToString(), d => d.Sum(pair => pair.Value));
        var tiers = new TierCounts(nic.L1Frames, nic.L2Frames, kernel.L3Frames, agent.Upcalls);
        var server = new ServerState(
            plan.Name, plan.Rack, node, plan.Vtep, ready ? "ready" : "starting", plan.Epoch, plan.Vms.Count,
            tiers, nic.FlowsL1, nic.FlowsL2, kernel.Flows, kernel.Offloaded, agent.Rules, drops, accounts.Sum(a => Math.Abs(a.Imbalance)),
            CostModel.Of(tiers, plan.Nic.Costs))
        {
            Eswitch = plan.Functions.IsLegacy ? "legacy" : "switchdev",
            VfCount = plan.Nic.Vfs - plan.Functions.Destroyed.Count,
            VfLimit = plan.Nic.Vfs,
        };
        return new ServerReport(server, [.. vms.Select(vm => vm.State)], VfReports.Of(plan, nic.Functions, vfs), agent.Bridges, Links(plan),
            Health(plan, ready, kernel, nic), nic.Tables with { Server = plan.Name, TakenByServer = kernel.HostDestined });
    }

    /// <summary>Where a real card's virtio relay would have to be up.</summary>
    private static HealthLine Vms(ServerPlan plan)
    {
        var without = plan.Vms.Count(vm => vm.Vf < 0);
        return new("VMs on VFs", without == 0 ? HealthVerdict.Pass : HealthVerdict.Warn, $"{plan.Vms.Count - without} of {plan.Vms.Count}");
    }

    /// <summary>The parts that had to answer for this report, then the card's own lines.</summary>
    private static IReadOnlyList<HealthState> Health(ServerPlan plan, bool ready, KernelPartState kernel, NicPartState nic)
    {
        HealthLine[] lines =
        [
            new("ovsdb-server", ready ? HealthVerdict.Pass : HealthVerdict.Warn, ready ? "has been read" : "starting"),
            new("ovs-vswitchd", ready ? HealthVerdict.Pass : HealthVerdict.Warn, ready ? "configured" : "starting"),
            Vms(plan),
            new("kernel datapath", HealthVerdict.Pass, "answers"),
            .. kernel.Health,
            .. nic.Health,
        ];
        return
        [
            .. lines.Append(new HealthLine("overall", NicHealth.Overall(lines), ""))
                .Select(line => new HealthState(plan.Name, line.Subject, line.Verdict.ToString().ToUpperInvariant(), line.Detail)),
        ];
    }

    private static IReadOnlyList<LinkState> Links(ServerPlan plan) =>
    [
        .. from overlay in plan.Overlays
           from vtep in overlay.RemoteVteps
           select new LinkState(overlay.Name, overlay.Type, overlay.Vni, plan.Name, plan.Vtep, vtep.Name, vtep.Address),
    ];
}
