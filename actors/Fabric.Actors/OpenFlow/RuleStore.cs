using Akka.Actor;
using Akka.Event;
using Fabric.Agent;
using Fabric.Agent.Configuration;

namespace Fabric.Actors;

/// <summary>
/// Keeps the rules, groups, meters and tunnel options of one server's bridges past the end of its agent, in a log of the kind that its
/// database has. Belongs to the agent's actor.
/// </summary>
internal sealed class RuleStore : IDisposable
{
    private const long SmallSize = 4 << 20;

    private readonly string _server;
    private readonly NodeServices _node;
    private readonly IActorContext _context;
    private readonly ILoggingAdapter _log;
    private readonly IActorRef _owner;
    private ICommitLog? _commits;
    private IActorRef? _journal;
    private SavedRules _saved = SavedRules.None;
    private long _appending = -1;
    private bool _isImageReady;
    private bool _isImaging;
    private bool _isFinishing;

    public RuleStore(string server, NodeServices node, IActorContext context, ILoggingAdapter log) =>
        (_server, _node, _context, _log, _owner) = (server, node, context, log, context.Self);

    public RuleJournal Journal { get; } = new();

    public bool IsOpen => _commits is not null;

    /// <summary>Changes up to this number are saved.</summary>
    public long Saved { get; private set; }

    /// <summary>True when there is something to save and nothing on its way.</summary>
    public bool WantsSave => IsOpen && _appending < 0 && Journal.HasChanges;

    /// <summary>Opened, locked by an earlier life that is about to end, or waiting for the journal.</summary>
    public OpenOutcome TryOpen()
    {
        if (IsOpen) return OpenOutcome.Opened;
        if (_node.DataFolder is null && !_node.KeepsDatabasesInJournal)
        {
            var memory = _node.Rules.GetOrAdd(_server, _ => new MemoryLog());
            Opened(new MemoryCommitLog(memory, _owner), memory.Records, 0);
            return OpenOutcome.Opened;
        }

        if (_node.DataFolder is { } data && !_node.KeepsDatabasesInJournal)
            return TryOpenFile(Path.Combine(Path.GetFullPath(data), "openflow", _server + ".rules"));
        _journal ??= JournalCommitLog.BeginReplay(_context, $"openflow-{_server}", "rules");
        return OpenOutcome.Waiting;
    }

    /// <summary>True when the store is open with this.</summary>
    public bool Replayed(JournalReplayed replayed)
    {
        if (!replayed.Journal.Equals(_journal) || IsOpen) return false;
        byte[] all = [.. replayed.Records.SelectMany(records => records.ToArray())];
        Opened(new JournalCommitLog(replayed.Journal, _owner, all.Length), all, 0);
        return true;
    }

    public bool Has(ICommitLog? commits) => commits is null || commits == _commits;

    /// <summary>Gives new bridges what was saved of them, and forgets those that are gone.</summary>
    public void Follow(OvsAgent agent, SwitchConfiguration configuration, long nowMs)
    {
        var present = new HashSet<Guid>();
        foreach (var wanted in configuration.Bridges)
        {
            if (agent.FindBridge(wanted.Name) is not { } bridge || !present.Add(wanted.Row)) continue;
            if (Journal.Follows(wanted.Row, bridge)) continue;
            Journal.Follow(wanted.Row, bridge, _saved.Restore(wanted.Row, bridge, nowMs));
        }

        Journal.ForgetExcept(present);
        _saved.ForgetExcept(present, Journal);
    }

    /// <summary>Puts what has changed into the log.</summary>
    /// <returns>True when it is saved already; otherwise <see cref="LogDurable"/> follows.</returns>
    public bool Save()
    {
        if (!WantsSave) return false;
        _appending = Journal.Change;
        if (!_commits!.Append(Journal.Take(), toDisk: false)) return false;
        Appended();
        return true;
    }

    /// <summary>What was put last is saved.</summary>
    public void Appended()
    {
        if (_appending < 0) return;
        (Saved, _appending) = (_appending, -1);
        if (_isImageReady) FinishImage();
        if (_isImaging || !_commits!.IsWorthImage || Journal.HasChanges) return;
        _isImaging = true;
        _commits.BeginImage(Journal.Image(_commits.KeepsSchema));
    }

    public void ImageReady()
    {
        _isImageReady = true;
        if (_appending < 0) FinishImage();
    }

    /// <summary>On orderly hand-over everything is saved. False while the log has not taken it; then to be called again.</summary>
    public bool TryFinish()
    {
        if (!IsOpen) return true;
        if (_appending >= 0 && !_isFinishing)
        {
            _isFinishing = true;
            return false;
        }

        (_appending, _isFinishing) = (-1, true);
        Journal.Look();
        if (!Journal.HasChanges) return true;
        _appending = Journal.Change;
        return _commits!.Append(Journal.Take(), toDisk: false);
    }

    /// <summary>Where nobody has asked for an orderly end, as much is saved as a log takes at once.</summary>
    public void Dispose()
    {
        if (IsOpen && !_isFinishing)
        {
            Journal.Look();
            if (Journal.HasChanges) _commits!.Append(Journal.Take(), toDisk: false);
        }

        _commits?.Dispose();
        _commits = null;
    }

    private OpenOutcome TryOpenFile(string path)
    {
        FileCommitLog.Create(path, RuleRecord.Begin);
        if (LogLock.TryTake(path) is not { } held) return OpenOutcome.Locked;
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (!bytes.AsSpan().StartsWith(RuleRecord.Begin)) throw new IOException($"{path} is not a log of rules");
            var size = Opened(null, bytes, RuleRecord.Begin.Length);
            if (size < bytes.Length) _log.Warning("{0}: what follows byte {1} is no whole record and is dropped", path, size);
            _commits = new FileCommitLog(path, held, size, SmallSize, _owner);
            return OpenOutcome.Opened;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private int Opened(ICommitLog? commits, ReadOnlySpan<byte> records, int from)
    {
        _saved = SavedRules.Read(records, from, out var size);
        if (_saved.UnreadCount > 0)
            _log.Error("{0}: {1} records of the log of rules mean nothing here and are dropped", _server, _saved.UnreadCount);
        _commits = commits;
        return size;
    }

    private void FinishImage()
    {
        (_isImageReady, _isImaging) = (false, false);
        _commits!.FinishImage();
    }
}
