using Fabric.Actors;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Nic;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Simulation.Tests;

/// <summary>Wires a <see cref="KernelDatapath"/> as <see cref="KernelDatapathActor"/> does.</summary>
internal sealed class SimKernel : IKernelOutput
{
    /// <summary>As many as the product's feed has.</summary>
    private const int UpcallBatches = 4;

    private readonly SimHost _host;
    private readonly List<FlowRemoved> _removed = [];
    private Stack<UpcallBatch> _free = [];
    private SimTransmit _transmit = null!;
    private PcieOffloadHook _hook = null!;
    private KernelVports _vports = null!;
    private ConfirmationQueue _toConfirm = null!;
    private LedgerEntry _ledger = null!;
    private bool _portsTold;

    public SimKernel(SimHost host)
    {
        _host = host;
        Make();
    }

    public KernelDatapath Datapath { get; private set; } = null!;

    public PcieOffloadHook Hook => _hook;

    public KernelDatapathOptions Options { get; private set; } = new();

    private SimWorld World => _host.World;

    private long NowMs => World.Clock.NowMs;

    public void Begin() => _host.ToKernelFromAgent.Post(0, () => Turn(OnBegin));

    public void FromNic(FrameBatch batch, FallbackReason reason)
    {
        _hook.Pcie.TookFrames(batch.Count, batch.RingEpoch);
        Datapath.Receive(batch, reason, NowMs);
        Finish();
    }

    public void ReceiveControl(PcieEnvelope envelope) => Turn(() =>
    {
        _hook.Receive(envelope, NowMs);
    });

    public void TakeBack(UpcallBatch batch) => Turn(() =>
    {
        if (_free.Count < UpcallBatches) _free.Push(batch);
    });

    public void AgentStarted() => Turn(() =>
    {
        while (_free.Count < UpcallBatches) _free.Push(new UpcallBatch());
        if (_host.Plan.IsUserspace) Datapath.FlowFlush();
    });

    public void Dump(ulong life) => Turn(() =>
    {
        var dump = FlowDump.Of(Datapath) with { Life = life };
        _host.ToAgent.Post(0, () => _host.Agent.OnDump(dump));
    });

    public void Carry(List<KernelCommand> commands) => Turn(() =>
    {
        foreach (var command in commands) Carry(command);
    });

    public void Tick() => Turn(() =>
    {
        Datapath.Expire(NowMs);
        Datapath.Upkeep(NowMs);
        _hook.Tick(NowMs);
    });

    /// <summary>The actor is restarted; what waits in its mailbox stays there.</summary>
    public void Restart()
    {
        Stop();
        Make();
        Turn(OnBegin);
    }

    public void Stop()
    {
        Datapath.DropQueued();
        _transmit.DropAll();
        _ledger.Check();
    }

    private void Make()
    {
        var (plan, shape) = (_host.Plan, World.Shape);
        _hook = new PcieOffloadHook(
            new PcieOptions { Window = shape.PcieWindow, RingFrames = shape.PcieRing }, World.NextLife())
        {
            OffersFlows = plan.HasOffload,
            LinkChanged = (port, isUp) => _vports.TrySetLink(port, isUp),
        };
        Options = new KernelDatapathOptions { Seed = _host.Seed, MaxIdleMs = shape.KernelIdleMs, HasPartialOffload = plan.IsUserspace };
        Datapath = new KernelDatapath(Options, World.Pool, new TunnelTables(), this, _hook);
        _hook.Attach(Datapath);
        if (shape.Rebalances) Datapath.SetOffload(new OffloadPolicy(Tc: TcPolicy.SkipSw, Rebalances: true));
        _toConfirm = new ConfirmationQueue(_hook);
        _vports = new KernelVports(plan, Datapath, _hook, () => NowMs);
        _transmit = new SimTransmit(_host, _hook.Pcie);
        _free = new Stack<UpcallBatch>(Enumerable.Range(0, UpcallBatches).Select(_ => new UpcallBatch()));
        _removed.Clear();
        _portsTold = false;
        var datapath = Datapath;
        _ledger = World.Ledger.Add($"{plan.Name}/kernel", Datapath.Account, () => datapath.QueuedUpcalls);
    }

    /// <summary>The agent has found a device again that was gone.</summary>
    public void SetAgain(OdpPort port) => Turn(() => _vports.Set(AgentSetup.Vports(_host.Plan).Single(vport => vport.Number == port)));

    private void OnBegin()
    {
        _vports.Begin();
        foreach (var port in AgentSetup.Vports(_host.Plan)) _vports.Set(port);
        _host.ToAgent.Post(0, _host.Agent.DatapathStarted);
    }

    private void Carry(KernelCommand command)
    {
        switch (command)
        {
            case PutFlow put:
                put.Match.Get(out var key, out var mask);
                _host.Watch.Installed(put.Ufid);
                var refusal = Datapath.FlowPut(put.Ufid, ref key, ref mask, put.Actions, NowMs);
                if (refusal != FlowTableRefusal.None) _host.ToAgent.Post(0, () => _host.Agent.OnRefused(put.Ufid));
                break;
            case ModifyFlow modify:
                if (World.Mutant != SimMutant.ModifyIgnored) Datapath.FlowModify(modify.Ufid, modify.Actions);
                break;
            case DeleteFlow delete:
                Datapath.FlowDelete(delete.Ufid);
                break;
            case ExecutePacket execute:
                Datapath.Execute(execute.Frame, execute.Actions, NowMs);
                break;
            case SetMaxIdle idle:
                Datapath.MaxIdleMs = idle.IdleMs;
                break;
            case SetMeter meter:
                Datapath.SetMeter(meter.Id, meter.Settings, NowMs);
                break;
            case TrackConnections track:
                Datapath.Carry(track.Request, NowMs);
                break;
            case ConfirmFlows:
                _toConfirm.Add(command);
                break;
        }
    }

    private void Turn(Action action)
    {
        action();
        Finish();
    }

    private void Finish()
    {
        Feed();
        _transmit.Flush();
        _ledger.Check();
        if (_removed.Count > 0)
        {
            var removed = _removed.ToArray();
            _host.ToAgent.Post(0, () => _host.Agent.OnRemoved(removed));
            _removed.Clear();
        }

        while (_hook.TryTakeEnvelope(NowMs, out var envelope)) _host.Control.ToNic(envelope);
        while (_toConfirm.TryTake(out var confirmed))
            if (confirmed is FlowsConfirmed flows) _host.ToAgent.Post(0, () => _host.Agent.OnConfirmed(flows));
        if (!_hook.IsSettled || _portsTold) return;
        _portsTold = true;
        // As the product's: settled with nothing asked is settled too, so the guests may boot before the NIC has its ports.
        _host.PortsReady();
    }

    private void Feed()
    {
        while (Datapath.QueuedUpcalls > 0 && _free.TryPop(out var batch))
        {
            batch.Count = Datapath.TakeUpcalls(batch.Room);
            _host.ToAgent.Post(batch.Count, () => _host.Agent.OnUpcalls(batch));
        }
    }

    void IKernelOutput.Transmit(OdpPort port, Frame frame) => _transmit.Add(port, frame);

    void IKernelOutput.FlowRemoved(FlowRemoved removed)
    {
        _removed.Add(removed);
        if (!Datapath.TryGetFlow(removed.Ufid, out _) && !Datapath.IsDeletePending(removed.Ufid)) _host.Watch.Retired(removed.Ufid);
    }
}
