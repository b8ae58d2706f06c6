using Akka.Actor;
using Akka.Event;
using Fabric.Actors.Protocol;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// One server's SmartNIC: brings frames and control messages to its <see cref="SmartNic"/> and takes away what comes out.
/// <para>A restart means: L1, L2 and everything queued here are lost; the new life has a higher incarnation, by which the kernel datapath
/// notices, and sends ports, tunnels and flows anew. Until then every frame falls back.</para>
/// </summary>
public sealed class SmartNicActor : ReceiveActor, INicOutput, IWithTimers
{
    /// <summary>Retransmissions and ageing need no finer step.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Longer waits are looked at again: rates may have changed.</summary>
    private const int ReleaseLimitMs = 100;

    private readonly SmartNicPlan _plan;
    private readonly NodeServices _node;
    private readonly SmartNic _nic;
    private readonly PhysicalPort _physical;
    private readonly CaptureSwitch _captures;
    private readonly NicFunctions _functions;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _isReleaseDue;
    private bool _isWorkDue;

    public SmartNicActor(SmartNicPlan plan, NodeServices node)
    {
        (_plan, _node) = (plan, node);
        _nic = new SmartNic(plan.Options, node.Pool, this, plan.Seed, node.NextLife());
        _nic.Trace = new ServerTrace(plan.Server, "nic", node.Tracer);
        _captures = new CaptureSwitch(plan.Server, node, _nic);
        _physical = new PhysicalPort(plan, node);
        _functions = new NicFunctions(_nic);
        Receive<FrameBatch>(OnFrames);
        Receive<VfCredit>(credit => _nic.GiveVfCredit(credit.Port, credit.Take(), _node.Clock.NowMs));
        Receive<PcieEnvelope>(envelope =>
        {
            _nic.ReceiveControl(envelope, _node.Clock.NowMs);
            SendControl();
        });
        Receive<VfLinkChanged>(link =>
        {
            _nic.TrySetLink(link.Port, link.IsUp);
            SendControl();
        });
        Receive<VfStarted>(vf =>
            Sender.Tell(new VfCarrier(_nic.TryGetFunction(vf.Port, out var function) && function.IsUp), ActorRefs.NoSender));
        Receive<ApplyFunctions>(apply =>
        {
            Apply(apply.Plan);
            Sender.Tell(new StepDone(apply.Step));
        });
        Receive<DriveFunctions>(drive =>
        {
            _functions.Drive();
            SendControl();
            Sender.Tell(new StepDone(drive.Step));
        });
        Receive<GuestRequest>(request => request.Vm.Tell(_functions.Judge(request), ActorRefs.NoSender));
        Receive<HangNic>(hang =>
        {
            _nic.IsHung = hang.IsHung;
            OnTick();
        });
        Receive<ResetNic>(_ =>
        {
            _nic.Reset();
            SendControl();
        });
        Receive<Work>(_ => OnWork());
        Receive<Tick>(_ => OnTick());
        Receive<Release>(_ => OnRelease());
        Receive<ListFlows>(list => Sender.Tell(NicFlowLists.Of(_nic, list, _node.Clock.NowMs, new LivePortNames(_nic))));
        Receive<GetPortCounters>(get => Sender.Tell(PortCounterList.Of(_nic, get.Round)));
        Receive<GetPartState>(_ => Sender.Tell(NicPartState.Of(_nic, _physical.Account, _node.Clock.NowMs)));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(SmartNicPlan plan, NodeServices node) =>
        Akka.Actor.Props.Create(() => new SmartNicActor(plan, node)).WithDispatcher(NodeServices.FrameDispatcher);

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("tick", Tick.Instance, TickInterval);
        Apply(_plan.Functions());
        _functions.Drive();
        SendControl();
    }

    protected override void PostStop()
    {
        // Drops what waits in the queues.
        _nic.Reset();
        _nic.Dispose();
    }

    private void OnFrames(FrameBatch batch)
    {
        _captures.Refresh();
        var nowMs = _node.Clock.NowMs;
        switch (batch.Lane)
        {
            case FrameLane.FromVm:
                _plan.FromVfs.Took(batch);
                _nic.ReceiveFromVf(new OdpPort(batch.Port), batch, nowMs);
                break;
            case FrameLane.FromWire:
                _plan.FromUnderlay.Took(batch);
                if (_physical.TryReceive(batch)) _nic.ReceiveFromWire(ServerPorts.PhysicalPort, batch, nowMs);
                break;
            case FrameLane.FromHost:
                _nic.ReceiveFromHost(new OdpPort(batch.Port), batch, nowMs);
                break;
            default:
                Invariant.Fail($"a NIC gets no batch of lane {batch.Lane}");
                break;
        }

        SendControl();
    }

    private void OnTick()
    {
        _captures.Refresh();
        _nic.Tick(_node.Clock.NowMs);
        SendControl();
    }

    /// <summary>Frames that wait for their port's rate leave on time, not with the slow tick.</summary>
    private void OnRelease()
    {
        _isReleaseDue = false;
        _nic.Release(_node.Clock.NowMs);
        SendControl();
    }

    private void Apply(FunctionsPlan plan)
    {
        foreach (var refusal in _functions.Apply(plan, _node.Clock.NowMs)) _log.Warning("{0}: {1}", _plan.Server, refusal);
        SendControl();
    }

    /// <summary>Control messages that latency or the pace of insertions held back.</summary>
    private void OnWork()
    {
        _isWorkDue = false;
        _nic.Work(_node.Clock.NowMs);
        SendControl();
    }

    private void SendControl()
    {
        while (_nic.TryTakeLinkNews(out var news))
        {
            _nic.ReportLink(news.Vf, news.IsUp);
            if (_plan.Vfs.TryGetValue(news.Vf.Value, out var vf)) vf.Tell(new VfCarrier(news.IsUp), ActorRefs.NoSender);
        }

        if (!_isWorkDue && _nic.NextWorkMs is { } workMs)
        {
            _isWorkDue = true;
            Timers.StartSingleTimer("work", Work.Instance, TimeSpan.FromMilliseconds(Math.Max(1, workMs - _node.Clock.NowMs)));
        }

        if (!_isReleaseDue && _nic.NextReleaseMs is { } releaseMs)
        {
            _isReleaseDue = true;
            var delayMs = Math.Clamp(releaseMs - _node.Clock.NowMs, 1, ReleaseLimitMs);
            Timers.StartSingleTimer("release", Release.Instance, TimeSpan.FromMilliseconds(delayMs));
        }

        while (_nic.TryTakeControl(_node.Clock.NowMs, out var envelope)) _plan.Kernel.Tell(envelope);
    }

    void INicOutput.ToVf(OdpPort vf, FrameBatch batch)
    {
        Invariant.Check(_plan.Vfs.TryGetValue(vf.Value, out var actor), "frames go to VFs that exist");
        batch.Lane = FrameLane.ToVm;
        actor.Tell(batch, ActorRefs.NoSender);
    }

    void INicOutput.ToWire(OdpPort physicalPort, FrameBatch batch) => _physical.Send(batch);

    void INicOutput.ToHost(FrameBatch batch, FallbackReason reason)
    {
        batch.Lane = FrameLane.ToHost;
        batch.Port = (uint)reason;
        _plan.Kernel.Tell(batch, ActorRefs.NoSender);
    }

    private sealed class Release
    {
        public static readonly Release Instance = new();
    }

    private sealed class Work
    {
        public static readonly Work Instance = new();
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
