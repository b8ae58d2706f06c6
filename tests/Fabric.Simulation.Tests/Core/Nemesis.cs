using Fabric.Actors;
using Fabric.Nic;

namespace Fabric.Simulation.Tests;

/// <summary>Brings about the larger faults of a plan, at random times with its mean distances, and undoes all of them in the end.</summary>
internal sealed class Nemesis(SimFabric fabric, Random random)
{
    private readonly List<Action> _undo = [];
    private readonly Forger _forger = new(fabric, random);
    private bool _isOver;

    public void Start(FaultPlan plan)
    {
        Recur(plan.CutMs, "cut", Cut);
        Recur(plan.NicResetMs, "nic-reset", () => AnyHost().Nic.Reset());
        Recur(plan.NicRestartMs, "nic-restart", () => AnyHost().Nic.Restart());
        Recur(plan.KernelRestartMs, "kernel-restart", () => AnyHost().Kernel.Restart());
        Recur(plan.AgentRestartMs, "agent-restart", () => AnyHost().Agent.Restart());
        Recur(plan.PortFlapMs, "flap", Flap);
        Recur(plan.RuleChangeMs, "rule", ChangeRule);
        Recur(plan.PauseMs, "pause", Pause);
        Recur(plan.ForgeMs, "forge", () => _forger.ForgeAny());
        Recur(plan.NicHangMs, "nic-hang", Hang);
        Recur(plan.NicStillMs, "nic-still", StandStill);
        Recur(plan.VfChangeMs, "vf", ChangeVf);
    }

    public void Stop()
    {
        _isOver = true;
        foreach (var undo in _undo) undo();
        fabric.Underlay.MendAll();
        if (fabric.World.Mutant == SimMutant.StaysCut) fabric.Underlay.Cut(fabric.Hosts[0], fabric.Hosts[1]);
    }

    private void Recur(int meanMs, string kind, Action fault)
    {
        if (meanMs == 0) return;
        fabric.World.Clock.In(random.Next(2_000 * meanMs), kind, () =>
        {
            if (_isOver) return;
            fault();
            Recur(meanMs, kind, fault);
        });
    }

    private void Later(string kind, Action action) => fabric.World.Clock.In(random.Next(10_000, 1_500_000), kind, () =>
    {
        if (!_isOver) action();
    });

    private SimHost AnyHost() => fabric.Hosts[random.Next(fabric.Hosts.Count)];

    private SimVm AnyVm() => fabric.Vms[random.Next(fabric.Vms.Count)];

    /// <summary>One direction, both, or a server from all others.</summary>
    private void Cut()
    {
        var (from, to) = (AnyHost(), AnyHost());
        var shape = random.Next(3);
        var links = shape switch
        {
            0 => [(from, to)],
            1 => [(from, to), (to, from)],
            _ => fabric.Hosts.SelectMany(other => new[] { (from, other), (other, from) }).ToArray(),
        };
        foreach (var (a, b) in links) fabric.Underlay.Cut(a, b);
        Later("mend", () =>
        {
            foreach (var (a, b) in links) fabric.Underlay.Mend(a, b);
        });
    }

    /// <summary>The VF's link, or the port at the NIC.</summary>
    private void Flap()
    {
        var vm = AnyVm();
        var port = ServerPorts.VfPort(vm.Plan.Vf);
        Action<bool> set = random.Next(2) == 0
            ? isUp => vm.IsLinkUp = isUp
            : isUp => vm.Host.Nic.Engine.TrySetLink(port, isUp);
        set(false);
        _undo.Add(() => set(true));
        Later("flap-end", () => set(true));
    }

    /// <summary>Shorter or longer than the host needs to notice.</summary>
    private void Hang()
    {
        var nic = AnyHost().Nic;
        nic.SetHung(true);
        _undo.Add(() => nic.SetHung(false));
        Later("nic-wake", () => nic.SetHung(false));
    }

    /// <summary>It gets no processor: shorter or longer than the host waits for it.</summary>
    private void StandStill() => AnyHost().NicPause.Lengthen(fabric.World.Clock.NowUs + random.Next(1_000, 2_000_000));

    private void ChangeVf()
    {
        var vm = AnyVm();
        var nic = vm.Host.Nic;
        var usual = SimNic.SettingsOf(vm.Plan);
        nic.SetFunction(vm.Plan, random.Next(6) switch
        {
            0 => usual with { Link = VfLinkMode.Disable },
            1 => usual with { Link = VfLinkMode.Enable, ChecksSpoof = true },
            2 => usual with { Mtu = 600 },
            // From less than a guest sends to more.
            3 => usual with { MaxRateBps = random.Next(10_000, 1_000_000) },
            4 => usual with { MinRateBps = 100_000, MaxRateBps = random.Next(100_000, 1_000_000) },
            _ => null,
        });
        _undo.Add(() => nic.SetFunction(vm.Plan, usual));
        Later("vf-end", () => nic.SetFunction(vm.Plan, usual));
    }

    private void ChangeRule()
    {
        var vm = AnyVm();
        var vni = vm.Host.Plan.Overlays.First(o => o.Name == vm.Plan.Overlay).Vni;
        var match = random.Next(4) switch
        {
            0 => $"table=0,priority=150,in_port={ServerPorts.OfVf(vm.Plan.Vf)},udp",
            1 => $"table=10,priority=150,metadata={vni},dl_dst={vm.Plan.Mac}",
            2 => $"table=20,priority=150,metadata={vni},udp,tp_dst={9_000 + random.Next(4)}",
            _ => $"table=10,priority=150,metadata={vni},icmp,icmp_type=8",
        };
        var agent = vm.Host.Agent;
        if (!agent.TryAddRule(match + ",actions=drop", out var error)) throw new InvalidOperationException($"{match}: {error}");
        agent.Barrier(() => fabric.CheckInForce(vm.Host));
        void Delete()
        {
            if (!agent.TryDeleteRule(match, out var refusal)) throw new InvalidOperationException($"{match}: {refusal}");
            agent.Barrier(() => fabric.CheckInForce(vm.Host));
        }

        _undo.Add(Delete);
        Later("rule-end", Delete);
    }

    private void Pause()
    {
        var untilUs = fabric.World.Clock.NowUs + random.Next(1_000, 800_000);
        var host = AnyHost();
        switch (random.Next(4))
        {
            case 0: host.AgentPause.Lengthen(untilUs); break;
            case 1: host.KernelPause.Lengthen(untilUs); break;
            case 2: host.NicPause.Lengthen(untilUs); break;
            default: AnyVm().PauseUntil(untilUs); break;
        }
    }
}
