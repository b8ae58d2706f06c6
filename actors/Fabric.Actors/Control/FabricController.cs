using System.Text.Json;
using Akka.Actor;
using Akka.Persistence;
using Fabric.Actors.Protocol;
using Fabric.Topology;
using Deploy = Fabric.Actors.Protocol.Deploy;

namespace Fabric.Actors;

/// <summary>
/// Keeps the topology as declared, durably, and sees to it that each of its servers runs somewhere. It does not follow placements: it
/// probes every server through the shard region, and one that was lost with its node comes up again, has no plan, and asks.
/// <para>A restart means: the journal is replayed and the servers are probed anew; running ones answer nothing and go on.</para>
/// </summary>
public sealed class FabricController : ReceivePersistentActor, IWithTimers
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    private readonly IActorRef _region;
    private TopologyDeclared? _declared;
    private FabricTopology? _topology;
    private readonly Dictionary<string, FunctionsDeclared> _functions = [];
    private long _revision;
    private IActorRef _deployer = ActorRefs.Nobody;

    public FabricController(IActorRef region)
    {
        _region = region;
        Recover<TopologyDeclared>(Apply);
        Recover<FunctionsDeclared>(Apply);
        Recover<RecoveryCompleted>(_ => EnsureServers());
        Command<Deploy>(OnDeploy);
        Command<ChangeVfs>(change => OnChangeVfs(change.Change));
        Command<GetSummary>(_ => Sender.Tell(Summary()));
        Command<GetTopology>(_ => Sender.Tell(new TopologyReply(_declared?.TopologyJson, _declared?.Epoch ?? 0)));
        Command<FindVm>(find => Sender.Tell(Find(find.Name)));
        Command<NeedPlan>(need => SendPlan(need.Server));
        Command<Probe>(_ => ProbeServers());
    }

    public override string PersistenceId => "fabric-controller";

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef region) => Akka.Actor.Props.Create(() => new FabricController(region));

    protected override void PreStart()
    {
        base.PreStart();
        Timers.StartPeriodicTimer("probe", Probe.Instance, ProbeInterval);
    }

    /// <summary>A full disk, for instance. The base class stops this actor; whoever waits for the answer should not have to
    /// guess.</summary>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        Refuse(cause);
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        Refuse(cause);
        base.OnPersistRejected(cause, @event, sequenceNr);
    }

    private void Refuse(Exception cause) => _deployer.Tell(
        new RequestRefused(RequestFailure.Unavailable, $"the journal cannot be written: {cause.GetBaseException().Message}"));

    private void OnDeploy(Deploy deploy)
    {
        FabricTopology topology;
        try
        {
            topology = TopologyJson.Read(deploy.Request.TopologyJson);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or NotSupportedException)
        {
            Sender.Tell(new RequestRefused(RequestFailure.Invalid, $"not a topology in its canonical form: {e.Message}"));
            return;
        }

        if (_topology is not null && _topology.Name != topology.Name && !deploy.Request.Fresh)
        {
            Sender.Tell(new RequestRefused(
                RequestFailure.Conflict,
                $"the journal holds the topology '{_topology.Name}', not '{topology.Name}': "
                + "use another data folder, or --fresh to replace it"));
            return;
        }

        if (_declared?.TopologyJson == deploy.Request.TopologyJson)
        {
            Sender.Tell(new Deployed(topology.Name, _declared.Epoch));
            return;
        }

        var gone = _topology?.Servers.Select(s => s.Name).Except(topology.Servers.Select(s => s.Name)).ToList() ?? [];
        _deployer = Sender;
        Persist(new TopologyDeclared(topology.Name, deploy.Request.TopologyJson, (_declared?.Epoch ?? 0) + 1), declared =>
        {
            Apply(declared);
            foreach (var server in gone) _region.Tell(new ServerEnvelope(server, new StopServer(declared.Epoch)));
            EnsureServers();
            Sender.Tell(new Deployed(topology.Name, declared.Epoch));
        });
    }

    private void OnChangeVfs(VfChange change)
    {
        if (_topology is null)
        {
            Sender.Tell(new RequestRefused(RequestFailure.Conflict, "no topology is deployed"));
            return;
        }

        if (!FunctionChanges.TryApply(_topology, StateOf(change.Server), change, out var next, out var refusal))
        {
            Sender.Tell(refusal);
            return;
        }

        _deployer = Sender;
        Persist(new FunctionsDeclared(change.Server, _revision + 1, next), declared =>
        {
            Apply(declared);
            SendPlan(declared.Server);
            Sender.Tell(new VfsChanged(declared.Server, _declared!.Epoch, declared.Revision));
        });
    }

    private FunctionState StateOf(string server) => _functions.GetValueOrDefault(server)?.State ?? FunctionState.AsDeclared;

    private void Apply(FunctionsDeclared declared)
    {
        _functions[declared.Server] = declared;
        _revision = declared.Revision;
    }

    /// <summary>A declaration says all that is to be: live changes of before are forgotten.</summary>
    private void Apply(TopologyDeclared declared)
    {
        _functions.Clear();
        _declared = declared;
        _topology = TopologyJson.Read(declared.TopologyJson);
    }

    private void EnsureServers()
    {
        foreach (var server in _topology?.Servers ?? []) SendPlan(server.Name);
    }

    private void ProbeServers()
    {
        foreach (var server in _topology?.Servers ?? []) _region.Tell(new ServerEnvelope(server.Name, new ProbeServer(_declared!.Epoch)));
    }

    private void SendPlan(string name)
    {
        if (_topology?.FindServer(name) is { } server)
            _region.Tell(new ServerEnvelope(name, new EnsureServer(ServerPlanner.Plan(
                _topology, server, _declared!.Epoch, StateOf(name), _functions.GetValueOrDefault(name)?.Revision ?? 0))));
        else
            _region.Tell(new ServerEnvelope(name, new StopServer(_declared?.Epoch ?? 0)));
    }

    private FabricSummary Summary() =>
        new(_topology?.Name, _declared?.Epoch ?? 0, _topology?.Servers.Count ?? 0, _topology?.Vms.Count ?? 0);

    private object Find(string name) => _topology?.FindVm(name) switch
    {
        null => new RequestRefused(RequestFailure.NotFound, $"there is no VM '{name}'"),
        var vm => new VmLocation(vm.Name, vm.Server, vm.Overlay,
            [.. new[] { vm.Ipv4, vm.Ipv6 }.OfType<System.Net.IPAddress>().Select(a => a.ToString())]),
    };

    private sealed class Probe
    {
        public static readonly Probe Instance = new();
    }
}
