using Fabric.Actors;
using Fabric.Agent;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Simulation.Tests;

/// <summary>Wires an <see cref="OvsAgent"/> as <see cref="OvsAgentActor"/> does.</summary>
internal sealed class SimAgent : IDatapath
{
    private readonly SimHost _host;
    private readonly LedgerEntry _ledger;
    private List<KernelCommand> _commands = [];
    private int _commandFrames;
    private readonly Queue<(long Round, Action Answer)> _barriers = new();
    private ulong _life;
    private long _sweepAskedMs = -1;
    private bool _sweepsAll;

    public SimAgent(SimHost host)
    {
        _host = host;
        _ledger = host.World.Ledger.Add($"{host.Plan.Name}/agent", new FrameAccount(), () => 0);
        Make();
    }

    public OvsAgent Engine { get; private set; } = null!;

    private SimWorld World => _host.World;

    private long NowMs => World.Clock.NowMs;

    public void Begin() => _host.ToKernelFromAgent.Post(0, _host.Kernel.AgentStarted);

    public void OnUpcalls(UpcallBatch batch)
    {
        foreach (ref var upcall in batch.Upcalls)
        {
            _ledger.Account.In++;
            Engine.HandleUpcall(upcall.Frame, ref upcall.Key, upcall.Reason, NowMs, this, upcall.Action);
            upcall.Frame = null!;
        }

        batch.Count = 0;
        Send();
        _host.ToKernelFromAgent.Post(0, () => _host.Kernel.TakeBack(batch));
    }

    public void Tick()
    {
        Engine.Tick(NowMs);
        _sweepsAll = true;
        Sweep();
    }

    /// <summary>Asked by a controller after its changes.</summary>
    public void Barrier(Action answer)
    {
        var round = Engine.Fence.Need();
        if (round == 0 || World.Mutant == SimMutant.BarrierEarly) answer();
        else _barriers.Enqueue((round, answer));
        if (Engine.Fence.WantsCorrection) Sweep();
    }

    public void OnConfirmed(FlowsConfirmed confirmed)
    {
        Engine.Fence.Confirmed(confirmed.Round);
        while (_barriers.TryPeek(out var first) && first.Round <= Engine.Fence.InForce)
            _barriers.Dequeue().Answer();
    }

    private void Sweep()
    {
        if (_sweepAskedMs >= 0) return;
        _sweepAskedMs = NowMs;
        var life = _life;
        _host.ToKernelFromAgent.Post(0, () => _host.Kernel.Dump(life));
    }

    public void OnDump(FlowDump dump)
    {
        if (_sweepAskedMs < 0 || dump.Life != _life) return;
        Func<InstalledFlow, bool>? concerns = _sweepsAll ? null : Engine.Fence.Concerns;
        Engine.Revalidator.BeginSweep(dump.Flows.Length, this);
        Engine.Revalidator.Judge(dump.Flows, NowMs, this, concerns);
        Engine.Revalidator.JudgeUndumped(NowMs, this, concerns);
        if (_sweepsAll) Engine.Revalidator.EndSweep((int)(NowMs - _sweepAskedMs), this);
        if (Engine.Fence.Corrected() is { } round) _commands.Add(new ConfirmFlows(round));
        Send();
        (_sweepAskedMs, _sweepsAll) = (-1, false);
    }

    public void OnRemoved(FlowRemoved[] removed)
    {
        foreach (var flow in removed)
            Engine.Revalidator.FlowRemoved(new FlowStatistics(flow.Ufid, flow.Packets, flow.Bytes, Math.Max(0, flow.LastUsedMs)));
    }

    public void OnRefused(Ufid ufid) => Engine.Revalidator.FlowRefused(ufid);

    public void DatapathStarted()
    {
        Engine.Revalidator.DatapathLost();
        Engine.Fence.DatapathLost();
        _sweepAskedMs = -1;
        if (Engine.Fence.WantsCorrection) Sweep();
    }

    /// <summary>The actor is restarted; what waits in its mailbox stays there.</summary>
    public void Restart()
    {
        Make();
        _sweepAskedMs = -1;
        // Connections are closed.
        _barriers.Clear();
        Begin();
    }

    public bool TryAddRule(string rule, out string? error) => Engine.TryAddRule(ServerPorts.Bridge, rule, NowMs, out error);

    public bool TryDeleteRule(string rule, out string? error) =>
        Engine.TryDeleteRules(ServerPorts.Bridge, rule, strict: true, NowMs, out error);

    private void Make()
    {
        _life = World.NextLife();
        Engine = AgentSetup.Build(_host.Plan, NowMs, new RevalidatorOptions { MaxIdleMs = World.Shape.AgentIdleMs }, _life);
        Engine.HasMegaflows = World.Shape.HasMegaflows;
        foreach (var rule in OverlayProgram.Rules(_host.Plan)) Invariant.Check(TryAddRule(rule, out var error), error ?? "");
        if (World.Mutant != SimMutant.NoSpoofGuard) return;
        foreach (var vm in _host.Plan.Vms)
        {
            var vni = _host.Plan.Overlays.First(o => o.Name == vm.Overlay).Vni;
            TryAddRule($"table=0,priority=199,in_port={ServerPorts.OfVf(vm.Vf)},actions=set_field:{vni}->metadata,resubmit(,10)", out _);
        }
    }

    private void Send()
    {
        _ledger.Check();
        if (_commands.Count == 0) return;
        var commands = _commands;
        _host.ToKernelFromAgent.Post(_commandFrames, () => _host.Kernel.Carry(commands));
        _commands = [];
        _commandFrames = 0;
    }

    void IDatapath.FlowPut(Ufid ufid, ref FlowKey key, ref FlowMask mask, DatapathActions actions) =>
        _commands.Add(new PutFlow(ufid, new FlowMatch(ref key, ref mask), actions));

    void IDatapath.FlowModify(Ufid ufid, DatapathActions actions) => _commands.Add(new ModifyFlow(ufid, actions));

    void IDatapath.FlowDelete(Ufid ufid, FlowDeleteReason reason) => _commands.Add(new DeleteFlow(ufid));

    void IDatapath.Execute(Frame frame, DatapathActions actions)
    {
        _ledger.Account.Out++;
        _commandFrames++;
        _commands.Add(new ExecutePacket(frame, actions));
    }

    void IDatapath.SetMaxIdle(int ms) => _commands.Add(new SetMaxIdle(ms));

    void IDatapath.SetMeter(uint id, MeterSettings? settings) => _commands.Add(new SetMeter(id, settings));

    void IDatapath.Track(CtRequest request) => _commands.Add(new TrackConnections(request));
}
