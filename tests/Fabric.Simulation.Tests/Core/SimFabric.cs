using Fabric.Actors;
using Fabric.Datapath;
using Fabric.Guest;
using Fabric.Wire;

namespace Fabric.Simulation.Tests;

/// <summary>
/// A whole fabric in one thread and in virtual time: servers made of the product's engines and planned by the product's planner, and links
/// between them. Everything random comes from the seed.
/// </summary>
internal sealed class SimFabric : IDisposable
{
    public SimFabric(int seed, SimShape shape, FaultPlan? faults = null, SimMutant mutant = SimMutant.None)
    {
        World = new SimWorld(seed, shape, faults ?? FaultPlan.Calm, mutant);
        Underlay = new SimUnderlay(World);
        var topology = shape.Topology();
        foreach (var server in topology.Servers)
        {
            var host = new SimHost(World, Underlay, ServerPlanner.Plan(topology, server, epoch: 1), Hosts.Count);
            Hosts.Add(host);
            Underlay.Attach(host);
        }

        Vms = [.. Hosts.SelectMany(h => h.Vms)];
        foreach (var host in Hosts) host.Start();
        World.Every(250, "check", Check);
    }

    public SimWorld World { get; }

    public SimUnderlay Underlay { get; }

    public List<SimHost> Hosts { get; } = [];

    public IReadOnlyList<SimVm> Vms { get; }

    public List<PingRun> Pings { get; } = [];

    public List<TrafficChecker> Checkers { get; } = [];

    public IEnumerable<SimVm> Overlay(string name) => Vms.Where(vm => vm.Plan.Overlay == name);

    public void Run(int durationMs) => World.Clock.RunUntil(World.Clock.NowUs + durationMs * 1000L);

    public static IpAddress AddressOf(SimVm vm, bool isIpv6) =>
        IpAddress.Parse(vm.Plan.Addresses.First(a => a.Contains(':') == isIpv6).Split('/')[0]);

    public void Ping(SimVm from, IpAddress to, PingOptions options) => Pings.Add(from.Ping(to, options));

    public void Check()
    {
        World.Ledger.CheckAll("regular check");
        foreach (var host in Hosts) host.CheckBounds();
        foreach (var vm in Vms)
        {
            if (vm.Stack.Counters.Misdelivered > 0)
                World.Violations.Add(Rule.Isolation, $"{vm.Plan.Name} got {vm.Stack.Counters.Misdelivered} probes of another overlay");
        }
    }

    /// <summary>No frame more often than it was sent, and none changed, whatever happened on the way.</summary>
    public void CheckProbes(bool mayDuplicate)
    {
        var duplicates = Pings.Sum(p => p.Duplicates) + Checkers.Sum(c => c.Duplicated);
        if (!mayDuplicate && duplicates > 0) World.Violations.Add(Rule.AtMostOnce, $"{duplicates} probes arrived twice");
        var corrupted = Pings.Sum(p => p.Echoes.Count(e => e.Error == PingError.Corrupted)) + Checkers.Sum(c => c.Corrupted);
        if (corrupted > 0) World.Violations.Add(Rule.Integrity, $"{corrupted} probes arrived changed");
    }

    /// <summary>What the caches say is what the rules say today.</summary>
    public void CheckFreshness()
    {
        foreach (var host in Hosts) CheckFreshness(host, Rule.Freshness, hasNic: true);
    }

    /// <summary>
    /// A barrier is answered: from now on no tier may forward as the rules were before it. Where more has been changed since, which is not
    /// yet promised, the caches cannot be compared with the rules. A NIC whose lease is over may be behind: it uses no flow.
    /// </summary>
    public void CheckInForce(SimHost host)
    {
        if (World.Mutant != SimMutant.BarrierEarly && host.Agent.Engine.Fence.Need() != 0) return;
        BarriersChecked++;
        CheckFreshness(host, Rule.NoStaleForwarding, !host.Nic.Engine.IsDiverting(World.Clock.NowMs));
    }

    public int BarriersChecked { get; private set; }

    private void CheckFreshness(SimHost host, Rule rule, bool hasNic)
    {
        foreach (var flow in hasNic ? host.Nic.Engine.L2.List() : [])
        {
            if (flow.Trap is not null) continue;
            var key = flow.Key;
            var today = host.Agent.Engine.Translate(ref key).FlowActions;
            if (!today.Equals(flow.Actions))
                World.Violations.Add(rule, $"{host.Plan.Name}: L2 does {flow.Actions} where the rules say {today}");
        }

        foreach (var flow in host.Kernel.Datapath.Flows)
        {
            flow.GetKey(out var key);
            var today = host.Agent.Engine.Translate(ref key).FlowActions;
            if (!today.Equals(flow.Actions))
                World.Violations.Add(rule, $"{host.Plan.Name}: L3 does {flow.Actions} where the rules say {today}");
        }
    }

    /// <summary>
    /// Host and NIC come to agree that nothing is open between them, and no place of the frame rings is lost. The credit for a last frame
    /// may wait for the keepalive, and guests say something now and then.
    /// </summary>
    public void CheckSettled(int withinMs)
    {
        for (var waitedMs = 0; waitedMs < withinMs && Hosts.Any(host => !IsSettled(host)); waitedMs += 50) Run(50);
        foreach (var host in Hosts.Where(host => !IsSettled(host)))
        {
            var (kernel, nic) = (host.Kernel, host.Nic.Engine.Pcie);
            World.Violations.Add(
                kernel.Datapath.PendingDeletes + kernel.Datapath.PendingReoffers > 0 ? Rule.Convergence : Rule.Bounded,
                $"{host.Plan.Name}: {kernel.Datapath.PendingDeletes} deletes and {kernel.Datapath.PendingReoffers} offers stay open; of "
                + $"{World.Shape.PcieRing} ring places the host sees {kernel.Hook.Pcie.RingRoom}, the NIC {nic.RingRoom}");
        }
    }

    private bool IsSettled(SimHost host)
    {
        var (kernel, ring) = (host.Kernel, World.Shape.PcieRing);
        return kernel.Datapath is { PendingDeletes: 0, PendingReoffers: 0 } && kernel.Hook.Pcie.RingRoom == ring
            && host.Nic.Engine.Pcie.RingRoom == ring;
    }

    /// <summary>Stops everything and lets what is under way arrive: then every frame is accounted for.</summary>
    public void Drain()
    {
        World.IsEnding = true;
        foreach (var vm in Vms) vm.Stack.Stop();
        World.Clock.RunUntil(long.MaxValue);
        foreach (var host in Hosts)
        {
            foreach (var vm in host.Vms) vm.Stack.Stop();
            host.Nic.Engine.Reset();
            host.Kernel.Stop();
        }

        World.Ledger.CheckDrained();
    }

    public void Dispose()
    {
        foreach (var host in Hosts) host.Nic.Engine.Dispose();
    }
}
