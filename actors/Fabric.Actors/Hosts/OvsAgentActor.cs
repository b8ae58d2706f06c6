using Akka.Actor;
using Akka.Event;
using Fabric.Actors.Protocol;
using Fabric.Agent;
using Fabric.Agent.Configuration;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Topology;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// One server's OVS agent: follows the server's database, answers upcalls, sweeps the flows, keeps the rules, and speaks OpenFlow.
/// <para>A restart means: L1 to L3 keep forwarding, bridges and ports are restored from the database and rules, groups, meters and tunnel
/// options from their log, as they were at most 100 ms before a failure; new flows wait until then. Counters and ages of rules begin anew,
/// and their time-outs with them. Ports of the datapath keep their numbers. Flows of the earlier life are unknown to the new one, whose
/// first sweep removes them; their packets come as upcalls again. OpenFlow connections are closed, and controllers make new ones.</para>
/// </summary>
public sealed class OvsAgentActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Less than what a node gives its servers to end.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(4);

    private readonly ServerPlan _plan;
    private readonly NodeServices _node;
    private readonly ServerParts _parts;
    private readonly OvsAgent _agent;
    private readonly FrameAccount _account = new();
    private readonly KernelCommandList _datapath;
    private readonly CountingDatapath _counted;
    private readonly SwitchConsole _console;
    private readonly SwitchDriver _switch;
    private readonly AgentOpenFlow _openFlow;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<UpcallBatch> _early = [];
    private readonly ServerDevices _devices;
    private readonly List<(IActorRef Asker, int Step)> _followers = [];
    private IReadOnlyDictionary<uint, MeterCounts> _meters = new Dictionary<uint, MeterCounts>();
    private readonly ulong _life;
    private long _sweepAskedMs = -1;
    private long _sweptMs;
    private int _sweepTookMs;
    private int _sweepIntervalMs;
    private bool _sweepsAll;
    private long _pushAgainMs;

    public OvsAgentActor(NodeServices node, ServerParts parts)
    {
        var plan = parts.Plan;
        (_plan, _node, _parts) = (plan, node, parts);
        _life = node.NextLife();
        // Each life of each server takes other numbers.
        _agent = new OvsAgent(life: _life) { Random = new Random(HashCode.Combine(plan.Name, _life)) };
        if (plan.Offload == OffloadMode.Explicit) _agent.OffloadExplicitly();
        _datapath = new KernelCommandList(parts, _account);
        _counted = new CountingDatapath(_datapath);
        _console = ServerConsole.Make(plan, node, _agent, _counted, Self);
        _devices = new ServerDevices(plan);
        var loop = new SwitchLoop(_agent, _devices);
        var packets = new ControllerPackets(_agent, _counted, node.Pool, node.Clock) { Made = () => _account.Created++ };
        var facts = new SwitchFacts(loop, packets, _counted)
        {
            Counters = () => _switch!.Counters.Ports, Queues = () => _switch!.Counters.Queues, Meters = () => _meters,
            NowMs = () => node.Clock.NowMs,
            IsAdminDown = port => loop.Reconciler.Interfaces.GetValueOrDefault(port.Name) is { IsAdminUp: false },
            SetUp = (port, isUp) => _switch!.TrySetUp(port.Name, isUp),
        };
        _openFlow = new AgentOpenFlow(plan, node, _agent, facts, Context, () => Timers!, _log);
        _openFlow.Hub.AskCounters = () => _switch!.AskCounters();
        loop.Controllers = _openFlow.Hub.StatusOf;
        _agent.CountReceived = port => _switch!.Counters.Ports.GetValueOrDefault(port.Settings.Odp).RxPackets;
        _switch = new SwitchDriver(plan, node, parts, loop, _openFlow, _datapath, _log);
        HearOpenFlow();
        Receive<UpcallBatch>(OnUpcalls);
        Receive<FlowDump>(OnDump);
        Receive<FlowsRemoved>(OnRemoved);
        Receive<VfLinkChanged>(OnLink);
        Receive<FlowRefused>(refused => _agent.Revalidator.FlowRefused(refused.Ufid));
        Receive<FlowsConfirmed>(OnFlowsConfirmed);
        Receive<DatapathStarted>(_ => OnDatapathStarted());
        Receive<Begin>(_ => Begin());
        Receive<VportList>(ports => Configure(() => _switch.OnPorts(ports)));
        Receive<DatabaseSnapshot>(snapshot => Configure(() => _switch.OnSnapshot(snapshot)));
        Receive<DatabaseChanged>(changed => Configure(() => _switch.OnChanged(changed)));
        Receive<DatabaseWritten>(written => Configure(() => _switch.OnWritten(written)));
        Receive<DatabaseLost>(_ => _parts.Ovsdb.Tell(new SubscribeDatabase()));
        Receive<PortsConfirmed>(confirmed =>
        {
            _switch.OnConfirmed(confirmed);
            AnswerFollowers();
        });
        Receive<FollowPlan>(OnFollow);
        Receive<PortCounterList>(counters =>
        {
            if (!_switch.OnCounters(counters)) return;
            Configure(_openFlow.CountersCame);
            EndRequests();
        });
        Receive<RunSwitchCommand>(command =>
        {
            _console.Run(command, _node.Clock.NowMs, Sender, hasMoments: _switch.IsConfigured && !_agent.Revalidator.IsPaused);
            _datapath.Send();
        });
        Receive<ListFlows>(list => Sender.Tell(AgentLists.Rules(_agent, list, _node.Clock.NowMs)));
        Receive<GetPartState>(_ => Sender.Tell(AgentLists.State(_agent, _plan, PartAccount.Of("agent", _account, 0))));
        Receive<EndOrderly>(_ => End());
        Receive<Tick>(_ => OnTick());
        Receive<SweepChanges>(_ => SweepChanged());
        Receive<FenceDue>(_ => FollowFence());
        Receive<LinksDue>(_ => FollowLinks());
        Receive<SweepDue>(_ => StartSweep());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(NodeServices node, ServerParts parts) =>
        Akka.Actor.Props.Create(() => new OvsAgentActor(node, parts));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("tick", Tick.Instance, TickInterval);
        FollowKnobs();
    }

    protected override void PreRestart(Exception reason, object message)
    {
        // What was answered before the failure is carried out; the upcall that failed is lost, those behind it are given up.
        _datapath.Send();
        (message as UpcallBatch)?.DropFrames();
        base.PreRestart(reason, message);
    }

    protected override void PostStop()
    {
        foreach (var batch in _early) batch.DropFrames();
        _early.Clear();
        _console.Dispose();
        _openFlow.Dispose();
    }

    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Begin();
    }

    private void HearOpenFlow()
    {
        Receive<PeerEvent>(OnPeer);
        Receive<SaveRules>(_ => _openFlow.Save());
        Receive<OpenRules>(_ => OpenLog());
        Receive<JournalReplayed>(replayed =>
        {
            if (_openFlow.Replayed(replayed)) Configure(_switch.OnRulesOpened);
        });
        Receive<LogDurable>(durable => _openFlow.Has(durable.Log), _ =>
        {
            Configure(_openFlow.OnDurable);
            EndRequests();
        });
        Receive<LogImageReady>(ready => _openFlow.Has(ready.Log), _ => _openFlow.OnImageReady());
        Receive<LogFailed>(OnLogFailed);
        Receive<ReconnectControllers>(reconnect => _openFlow.Hub.Reconnect(reconnect.Bridge));
    }

    /// <summary>A log of an earlier life may still have something to say.</summary>
    private void OnLogFailed(LogFailed failed)
    {
        if (_openFlow.Has(failed.Log))
            throw new IOException($"{_plan.Name}: the log of rules cannot be kept: {failed.Cause.Message}", failed.Cause);
    }

    private void Begin()
    {
        // What an agent before this one told need not be so any more.
        _agent.Revalidator.TellAgain(_counted);
        OpenLog();
        _switch.Begin();
    }

    private void OpenLog()
    {
        if (_openFlow.Open()) Configure(_switch.OnRulesOpened);
    }

    /// <summary>Answered when the datapath has confirmed the ports that come and go with the devices.</summary>
    private void OnFollow(FollowPlan follow)
    {
        _devices.Follow(follow.Plan);
        _followers.Add((Sender, follow.Step));
        Configure(_switch.OnDevices);
        AnswerFollowers();
    }

    private void AnswerFollowers()
    {
        if (!_switch.HasPortsConfirmed) return;
        foreach (var (asker, step) in _followers) asker.Tell(new StepDone(step));
        _followers.Clear();
    }

    /// <summary>What a log of rules takes later is waited for, or an orderly end would lose more than a failure may.</summary>
    private void End()
    {
        if (_openFlow.TryFinish())
        {
            Context.Stop(Self);
            return;
        }

        Timers.StartSingleTimer("end", PoisonPill.Instance, EndPatience);
        Become(() =>
        {
            Receive<LogDurable>(durable => _openFlow.Has(durable.Log), _ =>
            {
                if (_openFlow.TryFinish()) Context.Stop(Self);
            });
            Receive<LogFailed>(_ => Context.Stop(Self));
            Receive<UpcallBatch>(batch => batch.DropFrames());
            ReceiveAny(_ => { });
        });
    }

    private void OnPeer(PeerEvent happened)
    {
        var isOurs = true;
        Configure(() => isOurs = _openFlow.Hub.TryTake(happened));
        if (!isOurs) (happened as PeerConnected)?.Connection.Dispose();
        EndRequests();
        if (_openFlow.Hub.TakeStatusChange()) _switch.TellStatus();
    }

    /// <summary>At the end of a turn in which controllers' requests may have been worked on.</summary>
    private void EndRequests()
    {
        _agent.SendMeters(_counted);
        PushRules();
        _datapath.Send();
        Configure(_openFlow.EndTurn);
        _agent.SendMeters(_counted);
        _datapath.Send();
        FollowFence();
    }

    /// <summary>Somebody may wait for flows to be corrected.</summary>
    private void FollowFence()
    {
        var fence = _agent.Fence;
        if (_agent.Revalidator.IsPaused && fence.IsAwaited)
        {
            fence.LetGo();
            _openFlow.FenceMoved();
        }

        if (!fence.WantsCorrection || !_switch.IsConfigured) return;
        // What is pushed is computed anew as a whole, which takes its time.
        var restMs = _agent.Explicit is { IsStale: true, IsWaiting: false } ? _pushAgainMs - _node.Clock.NowMs : 0;
        if (restMs <= 0) Sweep();
        else if (!Timers.IsTimerActive(FenceDue.Instance))
            Timers.StartSingleTimer(FenceDue.Instance, FenceDue.Instance, TimeSpan.FromMilliseconds(restMs));
    }

    /// <summary>Host and NIC say what rules say; those who waited for it go on.</summary>
    private void OnFlowsConfirmed(FlowsConfirmed confirmed)
    {
        if (confirmed.IsNicSilent)
            _log.Warning("{0}: rules are in force without the NIC's word, which does not answer: the host forwards", _plan.Name);
        _agent.Fence.Confirmed(confirmed.Round);
        Configure(_openFlow.FenceMoved);
        EndRequests();
    }

    /// <summary>New flows wait until there are ports and rules to translate by.</summary>
    private void Configure(Action step)
    {
        var (version, options, wasConfigured) = (_agent.Version, _agent.Revalidator.Options, _switch.IsConfigured);
        step();
        PushRules();
        FollowKnobs();
        // What flows say of ports and VLANs is wrong from now on (OVS: udpif_revalidate), or they may have been idle for too long.
        if (wasConfigured && (_agent.Version != version || _agent.Revalidator.Options != options)) SweepChanged();
        if (!_switch.IsConfigured || _early.Count == 0) return;
        var waiting = _early.ToArray();
        _early.Clear();
        foreach (var batch in waiting) OnUpcalls(batch);
    }

    private void OnUpcalls(UpcallBatch batch)
    {
        if (!_switch.IsConfigured)
        {
            _early.Add(batch);
            return;
        }

        var nowMs = _node.Clock.NowMs;
        foreach (ref var upcall in batch.Upcalls)
        {
            _account.In++;
            var (frame, mark) = (upcall.Frame, upcall.Frame.TraceId);
            upcall.Frame = null!;
            var result = _agent.HandleUpcall(frame, ref upcall.Key, upcall.Reason, nowMs, _counted, upcall.Action);
            if (mark != 0) Trace(mark, result);
        }

        batch.Count = 0;
        _datapath.Send();
        _openFlow.EndUpcalls();
        _parts.Kernel.Tell(batch);
        if (_agent.NextBfdMs < long.MaxValue) FollowLinks();
        FollowFence();
    }

    private void Trace(uint mark, XlateResult result)
    {
        var where = $"{_plan.Name}/agent";
        _node.Tracer.Record(mark, _plan.Name, "agent", where, ServerTrace.Name(Tier.Agent), "upcall",
            $"translated to actions:{result.Actions}");
        foreach (var line in (result.Trace ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            _node.Tracer.Record(mark, _plan.Name, "agent", where, "", "tables", line);
    }

    private void OnDatapathStarted()
    {
        _agent.Revalidator.DatapathLost();
        _agent.Revalidator.TellAgain(_counted);
        _agent.TellDatapathAgain();
        _agent.Explicit?.DatapathLost();
        _agent.Fence.DatapathLost();
        // The earlier datapath may have died with our question.
        _sweepAskedMs = -1;
        _switch.OnDatapathStarted();
        FollowFence();
    }

    private void OnTick()
    {
        if (!_switch.IsConfigured) return;
        var version = _agent.Version;
        _agent.Tick(_node.Clock.NowMs);
        SendOwn();
        _switch.Tick();
        _openFlow.Hub.Tick();
        _openFlow.EndTurn();
        _console.Context.Coverage.Tick(_node.Clock.NowMs);
        PushRules();
        _datapath.Send();
        // Rules that timed out.
        if (_agent.Version != version) SweepChanged();
        FollowFence();
    }

    private void FollowKnobs()
    {
        var intervalMs = _agent.Revalidator.Options.SweepIntervalMs;
        if (intervalMs == _sweepIntervalMs) return;
        _sweepIntervalMs = intervalMs;
        Timers.StartPeriodicTimer(SweepDue.Instance, SweepDue.Instance, TimeSpan.FromMilliseconds(intervalMs));
    }

    /// <summary>
    /// At the end of a turn that may have changed rules. Many changes in a row are computed together, so that a controller that writes
    /// thousands of rules waits for a small part of its time at most.
    /// </summary>
    private void PushRules()
    {
        if (_agent.Explicit is not { } rules || !_switch.IsConfigured || _node.Clock.NowMs < _pushAgainMs) return;
        var beganMs = _node.Clock.NowMs;
        rules.Refresh(_datapath);
        _pushAgainMs = beganMs + 4 * (_node.Clock.NowMs - beganMs);
    }

    private void StartSweep()
    {
        // A sweep that is still under way is the slow sweep that the flow limit's law is about; a second one would not help.
        if (_switch.IsConfigured) SweepAll();
    }

    /// <summary>
    /// One sweep answers for all that is changed before it. Sweeps get about a quarter of the time at most: whoever has to know when a
    /// change is in force asks by a barrier, and has a sweep of those flows alone that it concerns.
    /// </summary>
    private void SweepChanged()
    {
        var restMs = _sweptMs + Math.Min(3 * _sweepTookMs, _sweepIntervalMs) - _node.Clock.NowMs;
        if (_sweepAskedMs >= 0 || restMs <= 0) SweepAll();
        else if (!Timers.IsTimerActive(SweepChanges.Instance))
            Timers.StartSingleTimer(SweepChanges.Instance, SweepChanges.Instance, TimeSpan.FromMilliseconds(restMs));
    }

    private void SweepAll()
    {
        _sweepsAll = true;
        Sweep();
    }

    /// <summary>
    /// A sweep under way will do: flows are judged when the dump comes, those it does not have included. Unless all are asked for, only
    /// flows that changed rules may concern are translated anew.
    /// </summary>
    private void Sweep()
    {
        if (_agent.Revalidator.IsPaused || _sweepAskedMs >= 0) return;
        _sweepAskedMs = _node.Clock.NowMs;
        _parts.Kernel.Tell(new DumpFlows(_life));
    }

    /// <summary>What the agent says in its own name, for bonds and for BFD, which knows when it has something to say next.</summary>
    private void SendOwn()
    {
        _account.Created += _agent.SendOwnPackets(_node.Pool, _counted, _node.Clock.NowMs);
        _datapath.Send();
        if (_agent.TakeBfdNews()) _switch.TellStatus();
        var nextMs = _agent.NextBfdMs;
        if (nextMs == long.MaxValue) return;
        Timers.StartSingleTimer(
            LinksDue.Instance, LinksDue.Instance, TimeSpan.FromMilliseconds(Math.Clamp(nextMs - _node.Clock.NowMs, 1, 60_000)));
    }

    /// <summary>Ports whose way is found to be broken, or well again, are left, or taken, without waiting for the next sweep.</summary>
    private void FollowLinks()
    {
        if (_switch.IsConfigured) Configure(SendOwn);
    }

    /// <summary>A bond has moved its frames by now; flows that say otherwise are corrected without waiting for the next sweep.</summary>
    private void OnLink(VfLinkChanged link)
    {
        Configure(() => _switch.OnLink(link));
        SendOwn();
    }

    private void OnDump(FlowDump dump)
    {
        if (_sweepAskedMs < 0 || dump.Life != _life) return;
        _meters = dump.Meters;
        var (nowMs, flows) = (_node.Clock.NowMs, _agent.Revalidator);
        Func<InstalledFlow, bool>? concerns = _sweepsAll ? null : _agent.Fence.Concerns;
        flows.BeginSweep(dump.Flows.Length, _counted);
        flows.Judge(dump.Flows, nowMs, _counted, concerns);
        flows.JudgeUndumped(nowMs, _counted, concerns);
        if (_sweepsAll) flows.EndSweep((int)(_node.Clock.NowMs - _sweepAskedMs), _counted);
        if (_agent.Explicit is { } rules)
        {
            rules.TakeDump(dump.Pushed, _datapath);
            PushRules();
        }

        if (_agent.Explicit?.IsStale != true && _agent.Fence.Corrected() is { } round) _datapath.ConfirmFlows(round);
        _datapath.Send();
        _sweepsAll = false;
        _sweptMs = _node.Clock.NowMs;
        _sweepTookMs = (int)(_sweptMs - _sweepAskedMs);
        _sweepAskedMs = -1;
        _console.Reached(ReplyMoment.AfterSweep);
        FollowFence();
    }

    private void OnRemoved(FlowsRemoved removed)
    {
        foreach (var flow in removed.Flows)
        {
            var last = new FlowStatistics(flow.Ufid, flow.Packets, flow.Bytes, Math.Max(0, flow.LastUsedMs), TcpFlags: flow.TcpFlags);
            if (_agent.Explicit?.FlowRemoved(in last) != true) _agent.Revalidator.FlowRemoved(in last);
        }
    }

    private sealed class FenceDue
    {
        public static readonly FenceDue Instance = new();
    }

    private sealed class LinksDue
    {
        public static readonly LinksDue Instance = new();
    }

    private sealed class SweepChanges
    {
        public static readonly SweepChanges Instance = new();
    }

    private sealed class SweepDue
    {
        public static readonly SweepDue Instance = new();
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
