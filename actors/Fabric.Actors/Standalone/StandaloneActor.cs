using Akka.Actor;
using Akka.Event;
using Fabric.Agent;
using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>
/// An ovs-vswitchd of its own: follows a database as any client does, holding its lock, and answers <c>ovs-appctl</c>.
/// <para>A restart means: the switch starts empty and is made anew from its database; learned addresses and rules are gone, as after a
/// restart of the real one.</para>
/// </summary>
public sealed class StandaloneActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Time for the answer to <c>exit</c> to leave.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(50);

    /// <summary>Of real time, between the steps of a warp (OVS: <c>timewarp_work</c>).</summary>
    private static readonly TimeSpan WarpPause = TimeSpan.FromMilliseconds(10);

    private const int TicksForLock = 3;

    private readonly StandaloneOptions _options;
    private readonly WarpedClock _clock;
    private readonly StandaloneSwitch _switch;
    private readonly SwitchConsole _console;
    private readonly PortJournal _journal;
    private readonly OpenFlowHub _hub;
    private readonly DummyStreams _streams;
    private readonly OvsdbClient _client = new(new OvsdbClientOptions("Open_vSwitch", Lock: "ovs_vswitchd"));
    private readonly RemoteState _remote;
    private readonly List<IActorRef> _awaitReady = [];
    private readonly byte[] _output = new byte[64 * 1024];
    private PeerConnection? _connection;
    private bool _isReady;
    private (long NowMs, long RealMs) _swept;
    private long _sweptVersion;
    private long _countedMs = long.MinValue / 2;
    private int _waitsForLock;

    /// <param name="exit">Called when <c>ovs-appctl exit</c> asks for the end; from this actor's turn.</param>
    public StandaloneActor(StandaloneOptions options, Remote database, FabricClock clock, Action exit)
    {
        (_options, _clock) = (options, new WarpedClock(clock));
        _remote = new RemoteState(database.Text, database, RemoteOptions.DefaultOf(database));
        _switch = new StandaloneSwitch(_clock, options.Dummies);
        var host = new StandaloneSwitchHost(
            () => Timers!.StartSingleTimer(Leave.Instance, Leave.Instance, LastWords), bridge => _hub!.Reconnect(bridge));
        var context = new SwitchContext(_switch.Agent, _switch.Counted, host) { Datapaths = _switch.Others };
        var log = new DaemonLog("ovs-vswitchd", Environment.ProcessId, options.LogFile, context.Log, _clock, options.Console);
        host.Log = log;
        foreach (var word in options.Levels) context.Log.Set(word);
        _console = new SwitchConsole(context, log);
        if (options.Dummies != DummyLevel.None)
        {
            DummyCommands.Add(_console.Registry, _switch);
            TimeCommands.Add(_console.Registry, _clock);
            DatapathCommands.AddDummies(_console.Registry, context);
        }

        _switch.Journal = new FlowJournal(log, context.Log);
        _switch.AddressGiven = context.Routes.AddAddress;
        _journal = new PortJournal(_switch.Agent, context.Neighbours, log);
        Receive<Tick>(_ => OnTick());
        Receive<Leave>(_ => exit());
        Receive<Dial>(_ => OnDial());
        Receive<SweepChanges>(_ => Sweep());
        Receive<WarpOn>(_ => OnWarpOn());
        _hub = new OpenFlowHub(
            _switch.Agent, _switch.Facts, OpenFlowPlaces.Of(options.RunDirectory), Self, Context.GetLogger(), Context.System.Scheduler,
            _clock);
        _switch.Loop.Controllers = _hub.StatusOf;
        _streams = new DummyStreams(Self, Context.GetLogger(), Context.System.Scheduler, options.RunDirectory, clock);
        _switch.Streams = _streams;
        Receive<PeerEvent>(OnPeer);
        Receive<RunUnixctl>(OnCommand);
        Receive<StandaloneReady>(_ =>
        {
            _awaitReady.Add(Sender);
            TellReady();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(StandaloneOptions options, Remote database, FabricClock clock, Action exit) =>
        Akka.Actor.Props.Create(() => new StandaloneActor(options, database, clock, exit));

    protected override void PreStart()
    {
        if (_options.LogFile is not null) _console.Log.Reopen();
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, TickInterval);
        OnDial();
    }

    protected override void PostStop()
    {
        _connection?.Dispose();
        _remote.Dispose();
        _hub.Dispose();
        _streams.Dispose();
        _switch.Dispose();
        _console.Dispose();
    }

    private void OnDial()
    {
        _console.Log.Write("reconnect", VlogLevel.Info, $"{_remote.Remote.Text}: connecting...");
        RemoteDialer.Dial(_remote, Self, () => null);
    }

    private void OnPeer(PeerEvent happened)
    {
        switch (happened)
        {
            case PeerConnected connected when connected.Remote == _remote: OnConnected(connected); break;
            case PeerFailed failed when failed.Remote == _remote: Lost($"connection attempt failed ({failed.Reason})"); break;
            case PeerReceived received when received.Connection == _connection: OnReceived(); break;
            case PeerSent sent when sent.Connection == _connection:
                sent.Connection.IsSending = false;
                Pump();
                break;
            case PeerClosed closed when closed.Connection == _connection: OnClosed(closed.Connection, "connection closed by peer"); break;
            default: OnOpenFlow(happened); break;
        }
    }

    private void OnOpenFlow(PeerEvent happened)
    {
        if (!_hub.TryTake(happened) && !_streams.TryTake(happened, (device, frame) => _switch.Receive(device, frame)))
            (happened as PeerConnected)?.Connection.Dispose();
        _switch.Settle();
        _hub.Flush();
        SweepChanged();
        if (!_hub.TakeStatusChange()) return;
        _switch.Loop.RefreshStatus();
        Pump();
    }

    private void OnConnected(PeerConnected connected)
    {
        _console.Log.Write("reconnect", VlogLevel.Info, $"{_remote.Remote.Text}: connected");
        _connection = connected.Connection;
        _remote.Connected(connected.Connection, _clock.NowMs);
        _client.Connected(_clock.NowMs);
        _connection.Receive();
        Pump();
    }

    private void OnClosed(PeerConnection connection, string reason)
    {
        connection.Dispose();
        if (connection != _connection) return;
        _remote.Disconnected(connection, reason, _clock.NowMs);
        _connection = null;
        _client.Disconnected(reason);
        Lost(reason);
        Pump();
    }

    private void Lost(string reason)
    {
        _console.Log.Write("reconnect", VlogLevel.Info, $"{_remote.Remote.Text}: {reason}");
        Timers.StartSingleTimer(Dial.Instance, Dial.Instance, TimeSpan.FromMilliseconds(_remote.TakeBackoffMs()));
    }

    private void OnReceived()
    {
        _client.Receive(_connection!.Received, _clock.NowMs);
        Pump();
        _connection?.Receive();
    }

    private void OnTick()
    {
        var nowMs = _clock.NowMs;
        // Also when time stands still: what controllers have changed must reach the flows.
        var revalidator = _switch.Agent.Revalidator;
        var isDue = Math.Max(nowMs - _swept.NowMs, _clock.RealMs - _swept.RealMs) >= revalidator.Options.SweepIntervalMs;
        if (isDue && !revalidator.IsPaused) Sweep();
        _switch.Tick();
        _hub.Tick();
        _console.Context.Coverage.Tick(nowMs);
        if (nowMs - _countedMs >= _switch.Loop.StatisticsIntervalMs && _isReady)
        {
            _countedMs = nowMs;
            _switch.Loop.TakeStatistics(_switch.Counters());
        }

        if (_switch.Agent.TakeBfdNews())
        {
            _switch.Loop.RefreshStatus();
            SweepChanged();
        }

        _client.Tick(nowMs);
        WatchLock();
        Pump();
    }

    /// <summary>A lock that is not granted with the first rows is another's.</summary>
    private void WatchLock()
    {
        if (!_client.IsSynchronised || _client.OwnsLock || ++_waitsForLock != TicksForLock) return;
        var id = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        _console.Log.Write("bridge", VlogLevel.Err,
            $"another ovs-vswitchd process is running, disabling this process (pid {id}) until it goes away");
        TellReady();
    }

    private void Sweep()
    {
        _swept = (_clock.NowMs, _clock.RealMs);
        _sweptVersion = _switch.Agent.Version;
        Timers.Cancel(SweepChanges.Instance);
        _switch.Sweep();
        _console.Reached(ReplyMoment.AfterSweep);
    }

    /// <summary>
    /// What flows say of rules and ports may be wrong from now on (OVS: <c>udpif_revalidate</c>). One sweep answers for all that is changed
    /// before it; sweeps get at most about half of the time.
    /// </summary>
    private void SweepChanged()
    {
        var revalidator = _switch.Agent.Revalidator;
        if (_switch.Agent.Version == _sweptVersion || revalidator.IsPaused || Timers.IsTimerActive(SweepChanges.Instance)) return;
        var restMs = Math.Min(revalidator.LastSweepDurationMs, revalidator.Options.SweepIntervalMs);
        Timers.StartSingleTimer(SweepChanges.Instance, SweepChanges.Instance, TimeSpan.FromMilliseconds(restMs));
    }

    private void OnCommand(RunUnixctl command)
    {
        var view = SwitchCommands.NeedsDatapath(command.Method) 
            ? _switch.View(SwitchCommands.NeedsConnections(command.Method)) : DatapathView.None;
        _console.Run(new RunSwitchCommand(command, view), _clock.NowMs, Sender, hasMoments: true);
        // Whoever waits for a sweep, or purged, wants its outcome now.
        if (command.Method.StartsWith("revalidator/", StringComparison.Ordinal)) Sweep();
        if (command.Method == "time/warp") OnWarped();
        _hub.Flush();
        Pump();
    }

    private void OnWarpOn()
    {
        _clock.Step();
        OnWarped();
    }

    /// <summary>What the time that has passed brings about happens at once; between steps others have their turn.</summary>
    private void OnWarped()
    {
        OnTick();
        if (_clock.IsWarping) Timers.StartSingleTimer(WarpOn.Instance, WarpOn.Instance, WarpPause);
        else _console.Reached(ReplyMoment.AfterWarp);
    }

    /// <summary>What the database told is carried out; what is to be told to it leaves.</summary>
    private void Pump()
    {
        while (_client.TryTakeEvent(out var happened)) Take(happened);
        var (loop, nowMs) = (_switch.Loop, _clock.NowMs);
        if (_client.OwnsLock && loop.TryReconcile(_switch, nowMs, out var round))
        {
            loop.Confirm(round);
            _hub.Update(loop.Configuration);
            ConfigureDevices();
            _journal.Update();
            if (!_isReady) _console.Log.Write("bridge", VlogLevel.Info, $"ovs-vswitchd (Open vSwitch) {SwitchCommands.Version}");
            _isReady = true;
            SweepChanged();
        }

        if (_client is { IsSynchronised: true, OwnsLock: true } && loop.TryTakeWrite(out var operations)) _client.Transact(operations, 0);
        TellReady();
        if (_client.Failure is { } failure && _connection is { } broken)
        {
            OnClosed(broken, failure);
            return;
        }

        while (_connection is { IsSending: false } connection && _client.TakeOutput(_output) is > 0 and var size)
            connection.Send(_output.AsSpan(0, size));
    }

    private void Take(ClientEvent happened)
    {
        switch (happened)
        {
            case ClientEvent.Snapshot snapshot: _switch.Loop.TakeSnapshot(snapshot.Rows); break;
            case ClientEvent.Changed changed: _switch.Loop.TakeChanges(changed.Changes); break;
            case ClientEvent.Replied replied:
                if (replied.Error is { } error) _console.Log.Write("bridge", VlogLevel.Warn, $"transaction failed: {error}");
                _switch.Loop.Written(replied.Error is null);
                break;
            case ClientEvent.Locked { IsOwner: true }:
                _waitsForLock = 0;
                break;
        }
    }

    private void ConfigureDevices()
    {
        var devices = _switch.Loop.Reconciler.Interfaces.Values.Where(state => _switch.Exists(state.Name)).ToList();
        foreach (var state in devices) _switch.Host.Find(state.Name)!.Configure(state.Configuration.Options);
        _streams.Update(devices.Select(state => KeyValuePair.Create(state.Name, state.Configuration.Options)));
    }

    private void TellReady()
    {
        if (!_isReady && _waitsForLock < TicksForLock) return;
        foreach (var asker in _awaitReady) asker.Tell(StandaloneReady.Instance);
        _awaitReady.Clear();
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }

    private sealed class SweepChanges
    {
        public static readonly SweepChanges Instance = new();
    }

    private sealed class Leave
    {
        public static readonly Leave Instance = new();
    }

    private sealed class Dial
    {
        public static readonly Dial Instance = new();
    }

    private sealed class WarpOn
    {
        public static readonly WarpOn Instance = new();
    }
}
