using System.Net;
using Akka.Actor;
using Akka.Event;
using Fabric.Actors.Protocol;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// One server: a sharded entity that owns its NIC, kernel datapath, agent, VFs and VMs, and answers for them.
/// <para>A restart, or a new life on another node, means: the whole server comes back from the topology's journal. It starts without a
/// plan, asks the controller for one, and its caches are learned anew. A plan of a lower epoch never wins.</para>
/// </summary>
public sealed class ServerActor : ReceiveActor, IWithStash
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly string _name;
    private readonly NodeServices _node;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ServerPlan? _plan;
    private ServerParts? _parts;
    private uint _vtep;
    private FrameInlet _toNic = null!;
    private string? _failure;
    private long _version;
    private bool _portsReady;
    private bool _rulesReady;
    private bool _vtepOpen;
    private bool _isFollowing;
    private readonly ServerFunctions _functions;

    public ServerActor(string name, NodeServices node)
    {
        (_name, _node) = (name, node);
        // Above that of any earlier life of this server under the same plan, here or on another node.
        _version = node.Clock.UnixUs / 1_000;
        _functions = new ServerFunctions(Context, node);
        Running();
    }

    public IStash Stash { get; set; } = null!;

    private bool IsReady => _plan is not null && _portsReady && _rulesReady && _vtepOpen;

    public static Props Props(string name, NodeServices node) => Akka.Actor.Props.Create(() => new ServerActor(name, node));

    protected override void PreStart() => _node.Controller.Tell(new NeedPlan(_name));

    protected override void PostStop()
    {
        if (_vtep != 0) _node.Underlay.Tell(new CloseVtep(_vtep));
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        maxNrOfRetries: 10, withinTimeRange: TimeSpan.FromMinutes(1),
        localOnlyDecider: e =>
        {
            _log.Error(e, "a part of {0} failed and is restarted", _name);
            return Directive.Restart;
        });

    private void Running()
    {
        Receive<EnsureServer>(ensure => OnPlan(ensure.Plan));
        Receive<ProbeServer>(OnProbe);
        Receive<StopServer>(OnStop);
        Receive<EndServer>(_ => End());
        Receive<VtepOpened>(OnVtep);
        Receive<PortsReady>(_ => OnReady(_parts?.Agent, ref _portsReady));
        Receive<RulesReady>(_ => OnReady(_parts?.Control, ref _rulesReady));
        Receive<Terminated>(ended =>
        {
            var part = ended.ActorRef;
            if (_parts?.Contains(part) == true) throw new InvalidOperationException($"{part.Path.Name} of {_name} failed too often");
        });
        Receive<InspectServer>(_ => Inspect());
        Receive<SettleVfs>(OnSettle);
        Receive<FunctionsSettled>(settled => OnSettled(settled.Revision));
        Receive<GetFlows>(OnGetFlows);
        Receive<RunPing>(ping => ForwardToVm(ping.Vm, ping));
        Receive<SendTraced>(send => ForwardToVm(send.Vm, send));
        Receive<ChangeGuest>(change => ForwardToVm(change.Change.Vm, change));
        Receive<CountForeign>(count => ForwardToVm(count.Vm, count));
    }

    /// <summary>Waits for the parts of the old plan to end before those of the new one take their names.</summary>
    private void Rebuilding(ServerPlan next, HashSet<IActorRef> ending)
    {
        Receive<Terminated>(ended =>
        {
            ending.Remove(ended.ActorRef);
            if (ending.Count > 0) return;
            Become(Running);
            Start(next);
            Stash.UnstashAll();
        });
        ReceiveAny(_ => Stash.Stash());
    }

    private void OnPlan(ServerPlan plan)
    {
        if (_plan is not null && plan.Epoch <= _plan.Epoch)
        {
            if (plan.Epoch == _plan.Epoch && plan.Functions.Revision > _plan.Functions.Revision) _functions.Change(_plan = plan);
            if (plan.Epoch == _plan.Epoch) Publish();
            return;
        }

        if (IsReady && PlanChange.WhyAnew(_plan!, plan) is var why)
        {
            if (why is null)
            {
                Follow(plan);
                return;
            }

            _log.Info("{0} is made anew: {1}", _name, why);
        }

        var children = Context.GetChildren().ToHashSet();
        if (children.Count == 0)
        {
            Start(plan);
            return;
        }

        foreach (var child in children)
        {
            Context.Watch(child);
            if (child.Equals(_parts!.Agent)) child.Tell(EndOrderly.Instance);
            else Context.Stop(child);
        }

        _node.Underlay.Tell(new CloseVtep(_vtep));
        Become(() => Rebuilding(plan, children));
    }

    private void Start(ServerPlan plan)
    {
        _plan = plan;
        _portsReady = _rulesReady = _vtepOpen = _isFollowing = false;
        _failure = null;
        _vtep = _node.NextVtep();
        _parts = ServerAssembly.Build(Context, Self, plan, _node, _vtep, out _toNic);
        foreach (var part in Context.GetChildren()) Context.Watch(part);
        _functions.Begin(plan, _parts);
        OpenVtep();
        Publish();
    }

    /// <summary>While it runs; ready again once all parts are as the plan says.</summary>
    private void Follow(ServerPlan plan)
    {
        (_plan, _isFollowing) = (plan, true);
        Publish();
        _functions.Change(plan);
    }

    private void OnSettled(long revision)
    {
        _functions.Settled(revision);
        if (!_isFollowing || _functions.IsBusy) return;
        _isFollowing = false;
        Publish();
    }

    private void OpenVtep() => _node.Underlay.Tell(new OpenVtep(_name, _vtep, IPAddress.Parse(_plan!.Vtep), _toNic, Self));

    private void OnProbe(ProbeServer probe)
    {
        if (_plan is null || _plan.Epoch < probe.Epoch) _node.Controller.Tell(new NeedPlan(_name));
        // The address may have been another node's, that had this server before and gives it up in its own time.
        else if (_failure is not null) OpenVtep();
    }

    private void OnStop(StopServer stop)
    {
        if (_plan?.Epoch > stop.Epoch) return;
        _node.Directory.Tell(new ServerGone(_name));
        End();
    }

    /// <summary>The agent has something to save; the other parts have not.</summary>
    private void End()
    {
        if (_plan is null)
        {
            Context.Stop(Self);
            return;
        }

        var agent = _parts!.Agent;
        agent.Tell(EndOrderly.Instance);
        Become(() =>
        {
            Receive<Terminated>(ended => ended.ActorRef.Equals(agent), _ => Context.Stop(Self));
            ReceiveAny(_ => { });
        });
    }

    private void OnVtep(VtepOpened opened)
    {
        if (opened.Vtep != _vtep) return;
        _vtepOpen = opened.Failure is null;
        if (!_vtepOpen && _failure != opened.Failure)
        {
            _failure = opened.Failure;
            _log.Error("{0}: {1}", _name, _failure);
            Publish();
        }

        if (!_vtepOpen) return;
        _failure = null;
        StartVmsWhenReady();
    }

    private void OnReady(IActorRef? teller, ref bool isReady)
    {
        if (isReady || !Sender.Equals(teller)) return;
        isReady = true;
        StartVmsWhenReady();
    }

    private void StartVmsWhenReady()
    {
        if (!IsReady) return;
        ServerAssembly.StartVms(Context, _plan!, _node, _parts!);
        foreach (var vm in _parts!.Vms.Values) Context.Watch(vm);
        _functions.Ready();
        Publish();
    }

    private void Publish() => _node.Directory.Tell(
        new Placement(_name, _node.Address, _plan!.Vtep, _plan.Epoch, ++_version, IsReady && !_isFollowing, _failure));

    private void ForwardToVm(string vm, object message)
    {
        if (_parts is not null && _parts.Vms.TryGetValue(vm, out var actor)) actor.Forward(message);
        else Sender.Tell(new RequestRefused(RequestFailure.Unavailable, $"{vm} is not running on {_name} yet"));
    }

    /// <summary>The plan may have been lost on its way.</summary>
    private void OnSettle(SettleVfs settle)
    {
        if (_plan is null || _plan.Epoch < settle.Epoch || _plan.Functions.Revision < settle.Revision)
            _node.Controller.Tell(new NeedPlan(_name));
        _functions.Ask(Sender, settle.Revision);
    }

    private void Inspect()
    {
        if (_plan is null)
        {
            Sender.Tell(new RequestRefused(RequestFailure.Unavailable, $"{_name} has no plan yet"));
            return;
        }

        var (plan, address, ready) = (_plan, _node.Address, IsReady);
        var parts = new[] { _parts!.Nic, _parts.Kernel, _parts.Agent }.Concat(_parts.Vfs.Values.Select(vf => vf.Actor))
            .Concat(_parts.Vms.Values);
        Gatherer.Ask(
            Context, [.. parts.Select(part => new Gatherer.Question(part, GetPartState.Instance))],
            states => ServerReports.Of(plan, address, ready, states), Patience);
    }

    /// <summary>First the statistics of NIC and host are brought into step, then each tier lists its own.</summary>
    private void OnGetFlows(GetFlows message)
    {
        if (!IsReady)
        {
            Sender.Tell(new RequestRefused(RequestFailure.Unavailable, $"{_name} is not ready yet"));
            return;
        }

        Context.ActorOf(FlowLister.Props(_name, _parts!, message.Request, Sender, Patience));
    }
}
