using Akka.Actor;
using Akka.Event;
using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>
/// The databases of one server, from their logs and to them. Commits of all of them are taken in groups; the next group is taken when the
/// one before is durable in every log that it concerns.
/// </summary>
internal sealed class DatabaseSet(
    OvsdbServer server, OvsdbSettings settings, Random random, IUntypedActorContext context, ILoggingAdapter log, FabricClock clock)
    : IDisposable
{
    private readonly Dictionary<Database, HostedDatabase> _hosted = [];
    private readonly List<HostedDatabase> _touched = [];
    private readonly IActorRef _owner = context.Self;
    private IActorRef? _journal;
    private int _opened;

    public IEnumerable<HostedDatabase> All => _hosted.Values;

    /// <summary>Why opening failed.</summary>
    public string? Error { get; private set; }

    public bool IsAppending => _touched.Any(t => t.IsAppending);

    /// <summary>Commits up to here were taken into a group, and up to there are durable.</summary>
    public long TakenSequence { get; private set; }

    public long AppendedSequence { get; private set; }

    public HostedDatabase? Find(string name) => _hosted.Values.FirstOrDefault(h => h.Name == name);

    public Database? FindDatabase(string name) => Find(name)?.Database;

    /// <summary>Opens what is not open yet, in the order of the settings.</summary>
    public OpenOutcome TryOpen()
    {
        while (_opened < settings.Databases.Count)
        {
            var file = settings.Databases[_opened];
            if (file.Memory is { } memory)
            {
                if (!TryReplay(file.Schema!, memory.Records, "memory", () => new MemoryCommitLog(memory, _owner)))
                    return OpenOutcome.Failed;
                continue;
            }

            if (file.Path is null)
            {
                _journal = JournalCommitLog.BeginReplay(
                    context, $"ovsdb-{settings.Name}-{file.Schema!.Name}", file.Schema.Name);
                return OpenOutcome.Waiting;
            }

            var outcome = Open(file);
            if (outcome != OpenOutcome.Opened) return outcome;
            _opened++;
        }

        return OpenOutcome.Opened;
    }

    /// <summary>Goes on with what a journal held.</summary>
    public OpenOutcome Replayed(JournalReplayed replayed)
    {
        if (!replayed.Journal.Equals(_journal)) return OpenOutcome.Waiting;
        var all = new JsonBuffer();
        foreach (var records in replayed.Records) all.Append(records.Span);
        var schema = settings.Databases[_opened].Schema!;
        return TryReplay(schema, all.Written, "journal", () => new JournalCommitLog(replayed.Journal, _owner, all.Size))
            ? TryOpen() : OpenOutcome.Failed;
    }

    private bool TryReplay(DatabaseSchema schema, ReadOnlySpan<byte> records, string place, Func<ICommitLog> makeLog)
    {
        var log = LogImage.Begin(schema);
        log.Append(records);
        var database = LogImage.Read(log.WrittenMemory, settings.Name, random, out _, out var wrong);
        if (database is null || wrong is not null)
        {
            Error = $"{settings.Name}: the {place} of {schema.Name} is damaged: {wrong}";
            return false;
        }

        Host(database, makeLog(), null);
        _opened++;
        return true;
    }

    /// <summary>Opens one more database file.</summary>
    public OpenOutcome Open(OvsdbFile file)
    {
        LogLock? held = null;
        try
        {
            if (file.Schema is not null) FileCommitLog.Create(file.Path!, LogImage.Begin(file.Schema).Written);
            if (!File.Exists(file.Path))
            {
                Error = $"I/O error: {file.Path}: open failed (No such file or directory)";
                return OpenOutcome.Failed;
            }

            held = LogLock.TryTake(file.Path);
            if (held is null)
            {
                Error = $"{file.Path}: cannot be locked: another server uses it";
                return OpenOutcome.Locked;
            }

            var bytes = File.ReadAllBytes(file.Path!);
            var database = LogImage.Read(bytes, file.Path!, random, out var size, out var wrong);
            if (database is null || Find(database.Schema.Name) is not null)
            {
                Error = database is null
                    ? $"{file.Path}: {wrong ?? "file holds no database"}"
                    : $"{file.Path}: a database named {database.Schema.Name} is served already";
                held.Dispose();
                return OpenOutcome.Failed;
            }

            if (size < bytes.Length) log.Warning("{0}: {1}; what follows byte {2} is dropped", file.Path, wrong, size);
            Host(database, new FileCommitLog(file.Path!, held, size, settings.CompactFromSize, _owner), file.Path);
            return OpenOutcome.Opened;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            Error = e.Message;
            return OpenOutcome.Failed;
        }
    }

    public bool Has(ICommitLog commits) => _hosted.Values.Any(h => h.Log == commits);

    public bool Remove(string name)
    {
        if (Find(name) is not { } hosted || !server.RemoveDatabase(name, clock.NowMs)) return false;
        _hosted.Remove(hosted.Database);
        hosted.Dispose();
        return true;
    }

    /// <summary>Takes what was committed and gives it to the logs.</summary>
    /// <returns>True when all of it is durable already.</returns>
    public bool AppendGroup()
    {
        var unixMs = clock.UnixUs / 1_000;
        while (server.TryTakeCommit(out var commit))
        {
            TakenSequence = commit.Sequence;
            if (!_hosted.TryGetValue(commit.Database, out var hosted)) continue;
            if (hosted.Group.Count == 0) _touched.Add(hosted);
            hosted.Add(commit.Commit, unixMs);
        }

        var isDurable = true;
        foreach (var hosted in _touched) isDurable &= hosted.Append();
        if (isDurable) AppendedSequence = TakenSequence;
        return isDurable;
    }

    /// <returns>True when the group is durable with this.</returns>
    public bool Appended(ICommitLog durable)
    {
        foreach (var hosted in _touched)
        {
            if (hosted.Log == durable) hosted.IsAppending = false;
        }

        if (IsAppending) return false;
        AppendedSequence = TakenSequence;
        return true;
    }

    /// <summary>The group is durable: tells those who follow, and rewrites logs that have grown.</summary>
    public void Publish(IActorRef self)
    {
        _touched.Clear();
        var isAllDurable = server.Committed == AppendedSequence;
        foreach (var hosted in _hosted.Values)
        {
            hosted.Publish(self, isAllDurable);
            if (!isAllDurable) continue;
            hosted.BeginImage(clock.UnixUs / 1_000);
        }
    }

    public void FinishImage(ICommitLog ready)
    {
        if (_hosted.Values.FirstOrDefault(h => h.Log == ready) is not { } hosted) return;
        hosted.FinishImage();
        log.Info("{0}: {1} rewritten", settings.Name, hosted.Name);
    }

    public void Unsubscribe(IActorRef subscriber)
    {
        foreach (var hosted in _hosted.Values)
        {
            hosted.Subscribers.Remove(subscriber);
            hosted.NewSubscribers.Remove(subscriber);
        }
    }

    public void Dispose()
    {
        foreach (var hosted in _hosted.Values)
        {
            foreach (var follower in hosted.Subscribers.Concat(hosted.NewSubscribers)) follower.Tell(DatabaseLost.Instance,
                ActorRefs.NoSender);
            hosted.Dispose();
        }

        _hosted.Clear();
    }

    private void Host(Database database, ICommitLog commits, string? path)
    {
        _hosted.Add(database, new HostedDatabase(database, commits, path));
        server.AddDatabase(database, clock.NowMs);
    }
}
