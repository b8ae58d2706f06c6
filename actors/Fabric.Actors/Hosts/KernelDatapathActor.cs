using Akka.Actor;
using Fabric.Actors.Protocol;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Nic;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// One server's kernel datapath: brings fallback frames, the agent's commands and the NIC's answers to its <see cref="KernelDatapath"/>.
/// <para>A restart means: L3 and the ports are lost. The new life speaks to the NIC in a higher epoch, at which the NIC empties L2 and L1,
/// and tells the agent, which gives it its ports again and forgets its flows; everything is learned anew.</para>
/// </summary>
public sealed class KernelDatapathActor : ReceiveActor, IKernelOutput, IWithTimers
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Longer waits for a port's rate are looked at again: rates may have changed.</summary>
    private const int ReleaseLimitMs = 100;

    private readonly ServerPlan _plan;
    private readonly NodeServices _node;
    private readonly ServerParts _parts;
    private readonly PcieOffloadHook _hook;
    private readonly KernelDatapath _datapath;
    private readonly KernelTransmit _transmit;
    private readonly UpcallFeed _upcalls;
    private readonly KernelVports _vports;
    private readonly List<FlowRemoved> _removed = [];
    private readonly List<IActorRef> _awaitSync = [];
    private readonly ConfirmationQueue _toConfirm;

    public KernelDatapathActor(NodeServices node, ServerParts parts, uint seed)
    {
        var plan = parts.Plan;
        (_plan, _node, _parts) = (plan, node, parts);
        _hook = new PcieOffloadHook(PcieSettings.Of(plan), node.NextLife()) { OffersFlows = plan.HasOffload, LinkChanged = OnLink };
        _datapath = new KernelDatapath(
            new KernelDatapathOptions { Seed = seed, HasPartialOffload = plan.IsUserspace }, node.Pool, new TunnelTables(), this, _hook)
        {
            Trace = new ServerTrace(plan.Name, "kernel", node.Tracer),
        };
        _hook.Attach(_datapath);
        _toConfirm = new ConfirmationQueue(_hook);
        _vports = new KernelVports(plan, _datapath, _hook, () => node.Clock.NowMs);
        _transmit = new KernelTransmit(node, parts, _hook.Pcie);
        _upcalls = new UpcallFeed(_datapath, parts);
        Receive<FrameBatch>(OnFrames);
        Receive<PcieEnvelope>(OnControl);
        Receive<UpcallBatch>(batch => Turn(() => _upcalls.TakeBack(batch)));
        Receive<AgentStarted>(_ => Turn(OnAgentStarted));
        Receive<Arrival>(_ => Turn(() => _hook.Arrive(_node.Clock.NowMs)));
        Receive<KernelCommands>(message => Turn(() => Carry(message)));
        Receive<FollowPlan>(follow => Turn(() =>
        {
            _vports.Follow(follow.Plan);
            Sender.Tell(new StepDone(follow.Step));
        }));
        Receive<GetPortCounters>(get => Sender.Tell(PortCounterList.Of(_datapath, get.Round)));
        Receive<GetDatapathView>(get =>
            Sender.Tell(DatapathViews.Of(_datapath, _node.Clock.NowMs, _plan.IsUserspace, get.WithConnections)));
        Receive<DumpFlows>(dump => Sender.Tell(FlowDump.Of(_datapath) with { Life = dump.Life }));
        Receive<SyncStatistics>(_ => Turn(() =>
        {
            _awaitSync.Add(Sender);
            _hook.PullStatistics(_node.Clock.NowMs);
        }));
        Receive<ListFlows>(list =>
            Sender.Tell(KernelFlowLists.Of(_datapath, list, _node.Clock.NowMs, new LivePortNames(_datapath.Ports))));
        Receive<GetPartState>(_ => Sender.Tell(State()));
        Receive<Begin>(_ => Turn(OnBegin));
        Receive<Tick>(_ => Turn(OnTick));
        Receive<Release>(_ => Turn(() => _datapath.Release(_node.Clock.NowMs)));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(NodeServices node, ServerParts parts, uint seed) =>
        Akka.Actor.Props.Create(() => new KernelDatapathActor(node, parts, seed)).WithDispatcher(NodeServices.FrameDispatcher);

    protected override void PreStart() => Timers.StartPeriodicTimer("tick", Tick.Instance, TickInterval);

    protected override void PostStop()
    {
        _datapath.DropQueued();
        _transmit.DropAll();
    }

    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Turn(OnBegin);
    }

    void IKernelOutput.Transmit(OdpPort port, Frame frame) => _transmit.Add(port, frame);

    void IKernelOutput.FlowRemoved(FlowRemoved removed) => _removed.Add(removed);

    private void OnFrames(FrameBatch batch)
    {
        Invariant.Check(batch.Lane == FrameLane.ToHost, "the kernel datapath gets frames from the NIC alone");
        _hook.Pcie.TookFrames(batch.Count, batch.RingEpoch);
        _datapath.Receive(batch, (FallbackReason)batch.Port, _node.Clock.NowMs);
        Finish();
    }

    private void OnControl(PcieEnvelope envelope)
    {
        _hook.Receive(envelope, _node.Clock.NowMs);
        Finish();
    }

    private void OnLink(OdpPort port, bool isUp)
    {
        if (_vports.TrySetLink(port, isUp)) _parts.Agent.Tell(new VfLinkChanged(port, isUp));
    }

    /// <summary>Does one thing and then hands on whatever came of it.</summary>
    private void Turn(Action action)
    {
        action();
        Finish();
    }

    private void Finish()
    {
        _upcalls.Feed();
        _transmit.Flush();
        if (_datapath.NextReleaseMs is { } releaseMs && !Timers.IsTimerActive(Release.Instance))
        {
            var delayMs = Math.Clamp(releaseMs - _node.Clock.NowMs, 1, ReleaseLimitMs);
            Timers.StartSingleTimer(Release.Instance, Release.Instance, TimeSpan.FromMilliseconds(delayMs));
        }

        if (_hook.NextArrivalMs is { } arrivalMs && !Timers.IsTimerActive(Arrival.Instance))
        {
            var delayMs = Math.Max(1, arrivalMs - _node.Clock.NowMs);
            Timers.StartSingleTimer(Arrival.Instance, Arrival.Instance, TimeSpan.FromMilliseconds(delayMs));
        }

        if (_removed.Count > 0)
        {
            _parts.Agent.Tell(new FlowsRemoved([.. _removed]));
            _removed.Clear();
        }

        while (_hook.TryTakeEnvelope(_node.Clock.NowMs, out var envelope)) _parts.Nic.Tell(envelope);
        while (_toConfirm.TryTake(out var confirmed)) _parts.Agent.Tell(confirmed);
        if (!_hook.IsSettled && _hook.IsReachable) return;
        foreach (var asker in _awaitSync) asker.Tell(SyncStatistics.Instance);
        _awaitSync.Clear();
    }

    private void OnBegin()
    {
        _vports.Begin();
        _parts.Agent.Tell(DatapathStarted.Instance);
    }

    private void OnAgentStarted()
    {
        _upcalls.Reset();
        // What lives in the agent's process dies with it.
        if (_plan.IsUserspace) _datapath.FlowFlush();
        _parts.Agent.Tell(new VportList([.. _vports.Ports.Select(port => (port.Name, port.Number, port.IsAdminUp))]));
    }

    private void OnTick()
    {
        _datapath.Expire(_node.Clock.NowMs);
        _datapath.Upkeep(_node.Clock.NowMs);
        _hook.Tick(_node.Clock.NowMs);
    }

    private void Carry(KernelCommands message)
    {
        var nowMs = _node.Clock.NowMs;
        foreach (var command in message.Commands)
        {
            switch (command)
            {
                case PutFlow put:
                    var refusal = _datapath.FlowPut(put.Ufid, put.Match, put.Actions, nowMs);
                    if (refusal != FlowTableRefusal.None) _parts.Agent.Tell(new FlowRefused(put.Ufid, refusal));
                    break;
                case PushFlow push:
                    var (key, mask) = (push.Key, push.Mask);
                    _datapath.FlowPush(push.Ufid, push.Rank, ref key, ref mask, push.Actions, push.LeftToHost, nowMs);
                    break;
                case PullFlow pull:
                    _datapath.FlowPull(pull.Ufid);
                    break;
                case ModifyFlow modify:
                    _datapath.FlowModify(modify.Ufid, modify.Actions);
                    break;
                case DeleteFlow delete:
                    _datapath.FlowDelete(delete.Ufid);
                    break;
                case ExecutePacket execute:
                    _datapath.Execute(execute.Frame, execute.Actions, nowMs);
                    break;
                case SetMaxIdle idle:
                    _datapath.MaxIdleMs = idle.IdleMs;
                    break;
                case SetOffload offload:
                    _datapath.SetOffload(offload.Policy);
                    break;
                case SetMeter meter:
                    _datapath.SetMeter(meter.Id, meter.Settings, nowMs);
                    break;
                case TrackConnections track:
                    _datapath.Carry(track.Request, nowMs);
                    break;
                case ConfirmPorts or ConfirmFlows:
                    _toConfirm.Add(command);
                    break;
                default:
                    if (_vports.TryCarry(command)) break;
                    Invariant.Fail($"the kernel datapath knows the command {command.GetType().Name}");
                    break;
            }
        }
    }

    private KernelPartState State() => new(
        _datapath.Statistics.Hit, _datapath.Statistics.FlowCount, _datapath.OffloadedCount, _datapath.HostDestined,
        KernelHealth.Of(_datapath, _hook, _node.Clock.NowMs),
        PartAccount.Of("kernel", _transmit.Combine(_datapath.Account), _datapath.QueuedFrames));

    private sealed class Arrival
    {
        public static readonly Arrival Instance = new();
    }

    private sealed class Release
    {
        public static readonly Release Instance = new();
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
