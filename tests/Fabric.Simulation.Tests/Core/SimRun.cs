using Fabric.Guest;
using Fabric.Nic;

namespace Fabric.Simulation.Tests;

/// <summary>
/// One run of the two-phase kind: a while of traffic and faults, then the faults end, and after a bounded time every two VMs of an overlay
/// must reach each other and every frame must be accounted for.
/// </summary>
internal sealed class SimRun
{
    /// <summary>Time after the last fault in which the parts may find together again.</summary>
    private const int RecoveryMs = 4_000;

    private readonly SimFabric _fabric;
    private readonly FaultPlan _plan;
    private readonly List<PingRun> _mesh = [];

    private SimRun(SimFabric fabric, FaultPlan plan) => (_fabric, _plan) = (fabric, plan);

    public static SimResult Of(int seed)
    {
        var random = new Random(seed);
        return Of(seed, SimShape.Draw(random), FaultPlan.Draw(random), SimMutant.None, random.Next(1_000, 5_000));
    }

    public static SimResult Of(int seed, SimShape shape, FaultPlan plan, SimMutant mutant, int faultyMs)
    {
        try
        {
            using var fabric = new SimFabric(seed, shape, plan, mutant);
            return new SimRun(fabric, plan).Go(seed, faultyMs);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed} broke an engine ({shape}, {plan}): {e.Message}", e);
        }
    }

    private SimResult Go(int seed, int faultyMs)
    {
        var world = _fabric.World;
        var random = new Random(seed ^ 0x7a5);
        var work = new Workload(_fabric, random);
        var nemesis = new Nemesis(_fabric, new Random(seed ^ 0x9e3));
        work.Start(streams: 2 + random.Next(4));
        nemesis.Start(_plan);
        _fabric.Run(faultyMs);

        world.Faults = FaultPlan.Calm;
        nemesis.Stop();
        work.Stop();
        // ARP has no checksum, so a flipped bit may have taught a guest a wrong address.
        if (_plan.Corrupt > 0) foreach (var vm in _fabric.Vms) vm.Stack.ForgetNeighbours();
        _fabric.Run(RecoveryMs);
        PingMesh();
        _fabric.Check();
        _fabric.CheckProbes(mayDuplicate: _plan.Duplicate > 0);
        _fabric.CheckFreshness();
        _fabric.CheckSettled(withinMs: 2_000);
        _fabric.Drain();
        var delivered = _fabric.Vms.Sum(vm => vm.Stack.Account.Consumed);
        return new SimResult(
            seed, world.Clock.TraceHash, world.Clock.Steps, delivered, _fabric.Hosts.Sum(h => h.Watch.Seen), world.Violations);
    }

    private void PingMesh()
    {
        var apart = 0;
        var before = _fabric.World.Ledger.Drops(_ => true);
        foreach (var from in _fabric.Vms)
        {
            foreach (var to in _fabric.Overlay(from.Plan.Overlay).Where(to => to != from))
            {
                _fabric.World.Clock.In(apart++ % 1_000 * 1_000L, "mesh", () =>
                {
                    _mesh.Add(from.Ping(SimFabric.AddressOf(to, isIpv6: false), new PingOptions { Count = 1, TimeoutMs = 1_500 }));
                    _fabric.Pings.Add(_mesh[^1]);
                });
            }
        }

        _fabric.Run(3_000);
        var lost = _mesh.Count(run => run.Received == 0);
        if (lost > 0 || _mesh.Count != apart)
        {
            var first = _mesh.FirstOrDefault(run => run.Received == 0);
            var drops = _fabric.World.Ledger.Drops(_ => true).Select(d => (d.Key, Frames: d.Value - before.GetValueOrDefault(d.Key)));
            _fabric.World.Violations.Add(
                Rule.Convergence,
                $"{lost} of {_mesh.Count} pings ({apart} meant) fail, first to {first?.Destination}: {first?.Echoes[0].Error}; "
                + "dropped meanwhile: "
                + string.Join(", ", drops.Where(d => d.Frames > 0).Select(d => $"{d.Key} {d.Frames}")));
        }
    }
}
