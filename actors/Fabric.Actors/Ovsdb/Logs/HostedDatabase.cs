using Akka.Actor;
using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>A database that is served: where its commits go, the group that is gathered for there, and who follows it.</summary>
internal sealed class HostedDatabase(Database database, ICommitLog log, string? path) : IDisposable
{
    private readonly JsonBuffer _json = new();
    private readonly JsonBuffer _records = new();
    private readonly List<Commit> _group = [];
    private List<Action> _asksImage = [];
    private List<Action> _imageFor = [];
    private bool _isImaging;
    private bool _toDisk;

    public Database Database { get; } = database;

    public ICommitLog Log { get; } = log;

    /// <summary>Its file, as the operator named it; null without one.</summary>
    public string? Path { get; } = path;

    public string Name => Database.Schema.Name;

    /// <summary>Those that are told each commit.</summary>
    public HashSet<IActorRef> Subscribers { get; } = [];

    /// <summary>Those that asked and have not got their snapshot.</summary>
    public List<IActorRef> NewSubscribers { get; } = [];

    /// <summary>True while a group is on its way to be durable.</summary>
    public bool IsAppending { get; set; }

    public IReadOnlyList<Commit> Group => _group;

    public void Add(Commit commit, long unixMs)
    {
        _group.Add(commit);
        _toDisk |= commit.IsDurable;
        _json.Clear();
        // What changed only columns that are not kept is no record.
        if (CommitRecord.TryWrite(commit, unixMs, _json)) LogFormat.Append(_records, _json.Written);
    }

    /// <returns>True when the group is durable; false when the log will tell.</returns>
    public bool Append()
    {
        if (_records.Size == 0) return true;
        var isDurable = Log.Append(_records.WrittenMemory, _toDisk);
        _records.Clear();
        _toDisk = false;
        IsAppending = !isDurable;
        return isDurable;
    }

    /// <summary>The group is durable: told to all who follow, then forgotten.</summary>
    /// <param name="isAllDurable">Nothing was committed since, so that a snapshot shows nothing that could be lost.</param>
    public void Publish(IActorRef self, bool isAllDurable)
    {
        foreach (var commit in _group)
        {
            if (Subscribers.Count == 0) break;
            var changed = new DatabaseChanged(commit);
            foreach (var subscriber in Subscribers) subscriber.Tell(changed, self);
        }

        _group.Clear();
        if (!isAllDurable) return;
        foreach (var subscriber in NewSubscribers)
        {
            subscriber.Tell(Snapshot(), self);
            Subscribers.Add(subscriber);
        }

        NewSubscribers.Clear();
    }

    /// <summary>Rewrites the log as soon as all commits are durable, and tells when that is done.</summary>
    public void AskImage(Action whenDone) => _asksImage.Add(whenDone);

    /// <summary>Rewrites the log where that is worth it, or was asked for. Only between groups.</summary>
    public void BeginImage(long unixMs)
    {
        if (_isImaging || (_asksImage.Count == 0 && !Log.IsWorthImage)) return;
        _isImaging = true;
        (_imageFor, _asksImage) = (_asksImage, []);
        // Rows are immutable: another thread may write them down while commits go on.
        var rows = Database.Tables.SelectMany(t => t.Rows).ToArray();
        var schema = Database.Schema;
        Log.BeginImage(() =>
        {
            var log = Log.KeepsSchema ? LogImage.Begin(schema) : new JsonBuffer();
            LogImage.AddRows(log, rows, unixMs);
            return log.WrittenMemory;
        });
    }

    /// <summary>Puts the image in force. Not while a group is on its way.</summary>
    public void FinishImage()
    {
        Log.FinishImage();
        _isImaging = false;
        foreach (var done in _imageFor) done();
        _imageFor = [];
    }

    public void Dispose() => Log.Dispose();

    private DatabaseSnapshot Snapshot() => new(
        Database.Schema, Database.CommitNumber,
        Database.Tables.Where(t => t.Count > 0).ToDictionary(t => t.Schema.Name, t => (IReadOnlyList<Row>)[.. t.Rows]));
}
