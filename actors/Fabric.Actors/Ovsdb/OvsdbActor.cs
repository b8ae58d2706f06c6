using Akka.Actor;
using Akka.Event;
using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>
/// One server's OVSDB: databases, their clients, and the order of things between them: a message is worked on, what it changed is gathered
/// with what other messages changed, the group goes to the log, and only when the log has it does anything that came of it leave.
/// <para>A restart means: clients are disconnected, every database is read again from its log, and an acknowledged commit is in it.
/// Columns that are not kept begin at their defaults.</para>
/// </summary>
public sealed class OvsdbActor : ReceiveActor, IWithTimers, IWithStash
{
    /// <summary>As ovsdb-server writes the status of remotes.</summary>
    private static readonly TimeSpan StatusInterval = TimeSpan.FromMilliseconds(2_500);

    /// <summary>Pause between two looks at a database's lock.</summary>
    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(100);

    private readonly OvsdbSettings _settings;
    private readonly FabricClock _clock;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly OvsdbServer _server;
    private readonly DatabaseSet _databases;
    private readonly RemoteSet<OvsdbSession> _remotes;
    private readonly RemoteWishes _wishes;
    private readonly OvsdbCommands _commands;
    private readonly List<PeerConnection> _heard = [];
    private readonly List<ICommitLog> _imagesReady = [];
    private readonly Queue<(long Sequence, IActorRef To, DatabaseWritten Written)> _written = new();
    private long _dueMs = long.MaxValue;
    private bool _isFlushAsked;

    public OvsdbActor(OvsdbSettings settings, FabricClock clock)
    {
        (_settings, _clock) = (settings, clock);
        var random = new Random(BitConverter.ToInt32(Guid.NewGuid().ToByteArray()));
        _server = new OvsdbServer(settings.Server, random);
        _databases = new DatabaseSet(_server, settings, random, Context, _log, clock);
        _remotes = new RemoteSet<OvsdbSession>(new OvsdbSessions(_server), Self, _log, Context.System.Scheduler);
        _wishes = new RemoteWishes(settings, _server, _databases, _remotes, _log);
        _commands = new OvsdbCommands(_server, _databases, _remotes, _wishes, clock);
        Opening();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    private long NowMs => _clock.NowMs;

    public static Props Props(OvsdbSettings settings, FabricClock clock) =>
        Akka.Actor.Props.Create(() => new OvsdbActor(settings, clock));

    protected override void PreStart() => Self.Tell(TryOpen.Instance);

    protected override void PostStop()
    {
        // Sockets first: their names must be gone before another process may take the database.
        _remotes.Dispose();
        _databases.Dispose();
    }

    private void Opening()
    {
        Receive<TryOpen>(_ => OnTryOpen());
        Receive<JournalReplayed>(replayed => Opened(_databases.Replayed(replayed)));
        Receive<LogFailed>(failed => throw Failure(failed));
        ReceiveAny(_ => Stash.Stash());
    }

    private void Serving()
    {
        Receive<PeerReceived>(OnReceived);
        Receive<Flush>(_ => OnFlush());
        Receive<PeerSent>(OnSent);
        Receive<PeerConnected>(connected => _remotes.OnConnected(connected, NowMs));
        Receive<PeerClosed>(closed => Then(() => _remotes.OnClosed(closed, NowMs)));
        Receive<PeerFailed>(failed => _remotes.OnFailed(failed));
        Receive<PeerRefused>(refused => _log.Warning("{0}: {1}: {2}", refused.Remote.Remote.Text, refused.Peer, refused.Reason));
        Receive<RetryRemote>(retry => _remotes.Retry(retry.Remote));
        Receive<LogDurable>(durable => OnDurable(durable.Log));
        Receive<LogImageReady>(ready => Then(() => _imagesReady.Add(ready.Log)));
        // A log of an earlier life may still have something to say.
        Receive<LogFailed>(failed => failed.Log is null || _databases.Has(failed.Log), failed => throw Failure(failed));
        Receive<LogFailed>(_ => { });
        Receive<Tick>(_ => OnTick());
        Receive<StatusTick>(_ => Then(() => _wishes.WriteStatus(NowMs)));
        Receive<SubscribeDatabase>(OnSubscribe);
        Receive<Terminated>(ended => _databases.Unsubscribe(ended.ActorRef));
        Receive<WriteDatabase>(OnWrite);
        Receive<OpenDatabases>(_ => Sender.Tell(new DatabasesOpened(null)));
        Receive<OvsdbCommand>(OnCommand);
        Receive<JournalReplayed>(_ => { });
    }

    private IOException Failure(LogFailed failed) => new($"{_settings.Name}: the log cannot be kept: {failed.Cause.Message}", failed.Cause);

    private void Failed(string error)
    {
        Receive<OpenDatabases>(_ => Sender.Tell(new DatabasesOpened(error)));
        // Who started it without asking learns it from the log.
        Receive<SubscribeDatabase>(_ => _log.Error("{0}: {1}", _settings.Name, error));
        ReceiveAny(_ => { });
    }

    private void OnTryOpen()
    {
        var outcome = _databases.TryOpen();
        if (outcome == OpenOutcome.Locked && _settings.WaitsForFiles)
            Timers.StartSingleTimer(TryOpen.Instance, TryOpen.Instance, LockInterval);
        else
            Opened(outcome);
    }

    private void Opened(OpenOutcome outcome)
    {
        if (outcome == OpenOutcome.Waiting) return;
        if (outcome == OpenOutcome.Opened)
        {
            Become(Serving);
            _wishes.Apply();
            Timers.StartPeriodicTimer(StatusTick.Instance, StatusTick.Instance, TimeSpan.Zero, StatusInterval);
        }
        else
        {
            Become(() => Failed(_databases.Error!));
        }

        Stash.UnstashAll();
    }

    private void OnReceived(PeerReceived received)
    {
        var connection = received.Connection;
        if (connection.Session is not OvsdbSession session) return;
        connection.WantsReceive = true;
        session.Receive(connection.Received, NowMs);
        _heard.Add(connection);
        AskFlush();
    }

    private void OnSent(PeerSent sent)
    {
        sent.Connection.IsSending = false;
        _remotes.Pump(sent.Connection, NowMs);
        AskFlush();
    }

    private void Then(Action work)
    {
        work();
        AskFlush();
    }

    /// <summary>What waits in the mailbox is worked on first, so that it shares one append.</summary>
    private void AskFlush()
    {
        if (_isFlushAsked) return;
        _isFlushAsked = true;
        Self.Tell(Flush.Instance, ActorRefs.NoSender);
    }

    private void OnFlush()
    {
        _isFlushAsked = false;
        if (!_databases.IsAppending && _databases.AppendGroup()) Publish();
        if (!_databases.IsAppending) FinishImages();
        Deliver();
    }

    private void FinishImages()
    {
        foreach (var log in _imagesReady) _databases.FinishImage(log);
        _imagesReady.Clear();
    }

    private void OnCommand(OvsdbCommand command)
    {
        var asker = Sender;
        if (_commands.Run(command, Answer) is { } reply) Answer(reply);
        AskFlush();

        void Answer(OvsdbCommandReply answer) => asker.Tell(answer with { Cookie = command.Cookie });
    }

    private void OnDurable(ICommitLog log)
    {
        if (_databases.Appended(log)) Publish();
        AskFlush();
    }

    /// <summary>The group is durable.</summary>
    private void Publish()
    {
        var concernsRemotes = _wishes.AreConcerned(_databases);
        _server.Durable(_databases.AppendedSequence);
        _databases.Publish(Self);
        while (_written.TryPeek(out var next) && next.Sequence <= _databases.AppendedSequence)
        {
            _written.Dequeue();
            next.To.Tell(next.Written);
        }

        if (concernsRemotes) _wishes.Apply();
    }

    private void Deliver()
    {
        var nowMs = NowMs;
        while (_server.TryTakeReady(out var session)) _remotes.Pump(session, nowMs);
        foreach (var connection in _heard)
        {
            if (connection.WantsReceive && connection.Session is OvsdbSession { WantsInput: true }) connection.Receive();
        }

        _heard.Clear();
        // Requests that had waited for room may have committed.
        if (_server.Committed > _databases.TakenSequence) AskFlush();
        Schedule(nowMs);
    }

    private void Schedule(long nowMs)
    {
        var dueMs = _server.DueMs;
        if (dueMs >= _dueMs) return;
        _dueMs = dueMs;
        Timers.StartSingleTimer(Tick.Instance, Tick.Instance, TimeSpan.FromMilliseconds(Math.Max(0, dueMs - nowMs)));
    }

    private void OnTick()
    {
        _dueMs = long.MaxValue;
        _server.Tick(NowMs);
        AskFlush();
    }

    private void OnSubscribe(SubscribeDatabase subscribe)
    {
        if (_databases.Find(subscribe.Database) is not { } hosted) return;
        Context.Watch(Sender);
        hosted.Subscribers.Remove(Sender);
        hosted.NewSubscribers.Add(Sender);
        AskFlush();
    }

    private void OnWrite(WriteDatabase write)
    {
        if (_databases.Find(write.Database) is null)
        {
            Sender.Tell(new DatabaseWritten(write.Cookie, $"no database named {write.Database}", "[]"u8.ToArray()));
            return;
        }

        var result = _server.Execute(write.Database, write.Operations, NowMs);
        _written.Enqueue((_server.Committed, Sender, new DatabaseWritten(write.Cookie, result.Error?.ToString(), result.Replies)));
        AskFlush();
    }

    private sealed class TryOpen
    {
        public static readonly TryOpen Instance = new();
    }

    private sealed class Flush
    {
        public static readonly Flush Instance = new();
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }

    private sealed class StatusTick
    {
        public static readonly StatusTick Instance = new();
    }
}
