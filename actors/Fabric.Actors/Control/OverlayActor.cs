using Akka.Actor;
using Akka.Event;
using Fabric.Actors.Protocol;
using Fabric.OpenFlow;
using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>
/// Fabric's own controller of one server. It does what any controller could: writes the plan's bridge and ports into the database by a
/// session with <c>db.sock</c>, follows the numbers that ports get, and keeps the plan's rules in force by a session with each bridge's
/// <c>mgmt</c> socket. When all is confirmed for the first time it tells the server.
/// <para>A restart means: it connects anew, reads what is there, and changes nothing if that is as planned.</para>
/// </summary>
public sealed class OverlayActor : ReceiveActor, IWithTimers
{
    private const long PlanCookie = 1;

    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    /// <summary>Statistics change all the time and are not looked at.</summary>
    private static readonly Dictionary<string, IReadOnlyList<string>> Followed = new()
    {
        ["Open_vSwitch"] = ["bridges", "external_ids", "other_config", "next_cfg", "cur_cfg"],
        ["Bridge"] = ["name", "ports"],
        ["Port"] = ["name", "interfaces"],
        ["Interface"] = ["name", "type", "options", "external_ids", "ofport"],
    };

    private ServerPlan _plan;
    private readonly NodeServices _node;
    private readonly ServerParts _parts;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly DatabaseLink _database;
    private readonly Dictionary<string, BridgeLink> _bridges = [];
    private long _wantedCfg = long.MaxValue;
    private bool _isPlanSent;
    private bool _isToldReady;
    private (IActorRef Asker, int Step)? _follower;

    public OverlayActor(NodeServices node, ServerParts parts)
    {
        var plan = parts.Plan;
        (_plan, _node, _parts) = (plan, node, parts);
        _database = new DatabaseLink(
            ServerSockets.Active(node, plan.Name, "db.sock"), new OvsdbClientOptions(SubscribeDatabase.Switch, Followed), Self,
            Context.System.Scheduler, node.Clock);
        Receive<PeerEvent>(OnPeer);
        Receive<Tick>(_ => OnTick());
        Receive<FollowPlan>(OnFollow);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(NodeServices node, ServerParts parts) =>
        Akka.Actor.Props.Create(() => new OverlayActor(node, parts));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, TickInterval);
        _database.Dial();
    }

    protected override void PostStop()
    {
        _database.Dispose();
        foreach (var bridge in _bridges.Values) bridge.Dispose();
    }

    private void OnPeer(PeerEvent happened)
    {
        if (_database.TryTake(happened))
        {
            RunDatabase();
            return;
        }

        foreach (var bridge in _bridges.Values)
        {
            if (!bridge.TryTake(happened)) continue;
            RunBridge(bridge);
            return;
        }

        // Of a connection that was given up meanwhile.
        (happened as PeerConnected)?.Connection.Dispose();
    }

    private void OnTick()
    {
        _database.Client.Tick(_node.Clock.NowMs);
        foreach (var bridge in _bridges.Values.ToArray())
        {
            RunBridge(bridge);
        }
    }

    private void RunDatabase()
    {
        var isChanged = false;
        while (_database.TryTakeEvent(out var happened))
        {
            isChanged = true;
            if (happened is ClientEvent.Replied { Cookie: PlanCookie } replied) OnPlanWritten(replied.Error);
        }

        if (isChanged && _database.Client.IsSynchronised) FollowDatabase();
        _database.Pump();
    }

    private void OnPlanWritten(string? error)
    {
        if (error is null)
        {
            _wantedCfg = _database.Copy.Root?["next_cfg"].Integer ?? 0;
            return;
        }

        // From what the database says by now the plan is made anew; it is written again when that changes, or after a new connection.
        _log.Warning("{0}: the database refused the plan: {1}", _plan.Name, error);
        _isPlanSent = false;
    }

    private void FollowDatabase()
    {
        if (!_isPlanSent)
        {
            _isPlanSent = true;
            if (PlanRows.Operations(_database.Copy, _plan) is { } operations)
            {
                _database.Client.Transact(operations, PlanCookie);
                return;
            }

            _wantedCfg = _database.Copy.Root?["next_cfg"].Integer ?? 0;
        }

        if (_database.Copy.Root?["cur_cfg"].Integer is not { } current || current < _wantedCfg) return;
        // Reached once is enough: from here on bridges and ports are followed as they come.
        _wantedCfg = 0;
        var present = _database.Copy.Rows("Bridge").Values.ToDictionary(row => row["name"].Text!, row => row);
        foreach (var name in _bridges.Keys.Except(present.Keys).ToArray())
        {
            _bridges[name].Dispose();
            _bridges.Remove(name);
        }

        foreach (var name in _plan.Flows.Keys.Append(ServerPorts.Bridge).Distinct())
            if (present.TryGetValue(name, out var row)) Follow(name, new BridgePortNumbers(_database.Copy, row));
        TellReady();
    }

    private void Follow(string name, BridgePortNumbers ports)
    {
        if (!_bridges.TryGetValue(name, out var bridge))
        {
            bridge = new BridgeLink(ServerSockets.Active(_node, _plan.Name, name + ".mgmt"), Self, Context.System.Scheduler, _node.Clock);
            _bridges.Add(name, bridge);
            bridge.Dial();
        }

        if (bridge.Ports?.Equals(ports) == true) return;
        bridge.Ports = ports;
        bridge.Rules.Want(Wanted(name, ports));
        RunBridge(bridge);
    }

    private IEnumerable<FlowMod> Wanted(string bridge, BridgePortNumbers ports)
    {
        var overlay = bridge == ServerPorts.Bridge
            ? OverlayProgram.Rules(_plan, name => ports.TryGetPort(name, out var port) ? port : null) : [];
        foreach (var text in overlay.Concat(_plan.Flows.GetValueOrDefault(bridge) ?? []))
        {
            if (RuleText.TryParse(text, ports, out var rule, out var error)) yield return rule;
            else _log.Warning("{0}: {1}: {2}: {3}", _plan.Name, bridge, text, error);
        }
    }

    private void RunBridge(BridgeLink bridge)
    {
        bridge.Pump();
        while (bridge.Rules.TryTakeRefusal(out var refusal)) _log.Warning("{0}: {1}", _plan.Name, refusal);
        TellReady();
    }

    private void TellReady()
    {
        if (_wantedCfg != 0 || !_bridges.Values.All(bridge => bridge.Rules.IsInSync)) return;
        if (_follower is var (asker, step)) asker.Tell(new StepDone(step));
        _follower = null;
        if (_isToldReady) return;
        _isToldReady = true;
        _parts.Server.Tell(RulesReady.Instance);
    }

    /// <summary>VFs have changed hands: rows and rules are made anew, and what is as before stays untouched.</summary>
    private void OnFollow(FollowPlan follow)
    {
        _plan = follow.Plan;
        _follower = (Sender, follow.Step);
        _wantedCfg = long.MaxValue;
        _isPlanSent = false;
        foreach (var bridge in _bridges.Values) bridge.Ports = null;
        if (_database.Client.IsSynchronised) FollowDatabase();
        _database.Pump();
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
