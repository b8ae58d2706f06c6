namespace Fabric.Ovsdb;

/// <summary>
/// A database server (RFC 7047 with ovsdb-server's extensions) without sockets, disks or clock: sessions, locks and monitors over any
/// number of <see cref="Database"/>s, and the database "_Server" that tells clients of them.
///
/// Its owner connects sessions, feeds them, and after each call empties two queues: the commits to be made durable
/// (<see cref="TryTakeCommit"/>), reported back with <see cref="Durable"/>, and the sessions that have something to send
/// (<see cref="TryTakeReady"/>). So a journal can take many commits at once while sessions go on, and no answer overtakes the disk.
///
/// 1. Acknowledged means durable: nothing that was produced at or after a commit leaves any session before <see cref="Durable"/> covers it.
/// 2. What a commit means for a monitor is encoded once for all sessions that watch the same.
/// 3. A transaction that waits is tried again after each commit and at its time-out (RFC 7047, 5.2.6).
/// 4. Memory per session is bounded (see <see cref="OvsdbSession"/>), memory for clients that come back by
///    <see cref="OvsdbServerOptions.HistoryCount"/>.
///
/// Differs from a standalone ovsdb-server: monitor_cond_since finds recent transactions, as in a clustered one; ovsdb-server merges what a
/// slow client has not read yet into one update, here each commit stays an update of its own.
/// Not modelled: clusters, relays, role-based access control.
/// </summary>
public sealed class OvsdbServer
{
    private readonly SortedDictionary<string, ServedDatabase> _databases = new(StringComparer.Ordinal);
    private readonly List<OvsdbSession> _sessions = [];
    private readonly Queue<OvsdbSession> _ready = new();
    private readonly Queue<ServerCommit> _commits = new();
    private readonly LockTable _locks = new();
    private readonly ServerDatabase _self;
    private long _sessionCount;

    /// <param name="random">For the server's id and the rows of "_Server".</param>
    public OvsdbServer(OvsdbServerOptions options, Random random)
    {
        Options = options;
        Span<byte> id = stackalloc byte[16];
        random.NextBytes(id);
        Id = new Guid(id);
        _self = new ServerDatabase(random);
        _databases.Add(_self.Database.Schema.Name, new ServedDatabase(this, _self.Database, isJournalled: false));
    }

    public OvsdbServerOptions Options { get; }

    /// <summary>What get_server_id answers: another in each run of the server.</summary>
    public Guid Id { get; }

    /// <summary>False: <c>monitor_cond</c> and <c>monitor_cond_since</c> are unknown, as they were before ovsdb-server 2.5.</summary>
    public bool HasConditions { get; set; } = true;

    /// <summary>Commits so far, over all databases.</summary>
    public long Committed { get; private set; }

    /// <summary>Up to here commits are durable.</summary>
    public long DurableSequence { get; private set; }

    public IReadOnlyList<OvsdbSession> Sessions => _sessions;

    public IEnumerable<string> DatabaseNames => _databases.Keys;

    /// <summary>When <see cref="Tick"/> has something to do; <see cref="long.MaxValue"/> if never.</summary>
    public long DueMs
    {
        get
        {
            long due = long.MaxValue;
            foreach (var session in _sessions) due = Math.Min(due, session.DueMs);
            foreach (var database in _databases.Values) due = Math.Min(due, database.DueMs);
            return due;
        }
    }

    /// <summary>Serves a database. Clients that are not aware of such changes are disconnected, to look again.</summary>
    public void AddDatabase(Database database, long nowMs)
    {
        string name = database.Schema.Name;
        _databases.Add(name, new ServedDatabase(this, database, isJournalled: true));
        DisconnectUnaware($"adding {name} database");
        Tell(_self.Add(database), nowMs);
    }

    /// <summary>Serves a database no longer; its monitors and waiting transactions end.</summary>
    public bool RemoveDatabase(string name, long nowMs)
    {
        if (name == _self.Database.Schema.Name || !_databases.Remove(name, out var removed)) return false;
        foreach (var session in _sessions.ToArray()) removed.Leave(session);
        DisconnectUnaware($"removing {name} database");
        Tell(_self.Remove(name), nowMs);
        return true;
    }

    public OvsdbSession Connect(SessionOptions options, long nowMs)
    {
        var session = new OvsdbSession(this, ++_sessionCount, options, nowMs);
        _sessions.Add(session);
        return session;
    }

    /// <summary>
    /// A transaction of the owner itself: an array of operations, without the database's name. Monitors see it as any other; a "wait" that
    /// does not hold fails at once.
    /// </summary>
    public TransactResult Execute(string database, ReadOnlyMemory<byte> operations, long nowMs) =>
        _databases[database].Execute(operations, nowMs);

    /// <summary>Everything up to this commit is durable: what was held for it may leave.</summary>
    public void Durable(long sequence)
    {
        if (sequence <= DurableSequence) return;
        DurableSequence = Math.Min(sequence, Committed);
        foreach (var session in _sessions)
        {
            if (session.HasReleasedOutput) Ready(session);
        }
    }

    /// <summary>Time-outs of transactions that wait, and probes.</summary>
    public void Tick(long nowMs)
    {
        foreach (var database in _databases.Values) database.Tick(nowMs);
        foreach (var session in _sessions.ToArray())
        {
            if (nowMs >= session.DueMs) session.Probe(nowMs);
        }
    }

    /// <summary>The next commit that has to be made durable, in order.</summary>
    public bool TryTakeCommit(out ServerCommit commit) => _commits.TryDequeue(out commit);

    /// <summary>The next session that has bytes to send or was closed by the server.</summary>
    public bool TryTakeReady(out OvsdbSession session)
    {
        bool found = _ready.TryDequeue(out var next);
        session = next!;
        if (found) session.IsListedReady = false;
        return found;
    }

    /// <summary>Ends all sessions, or all that are not aware of database changes.</summary>
    public void Disconnect(string reason, bool onlyUnaware = false)
    {
        foreach (var session in _sessions.ToArray())
        {
            if (!onlyUnaware || !session.IsChangeAware) session.Close(reason, keepsOutput: true);
        }
    }

    internal ServedDatabase? Find(string name) => _databases.GetValueOrDefault(name);

    internal void Record(Database database, Commit commit) => _commits.Enqueue(new ServerCommit(++Committed, database, commit));

    internal void Ready(OvsdbSession session)
    {
        if (session.IsListedReady) return;
        session.IsListedReady = true;
        _ready.Enqueue(session);
    }

    internal void Closed(OvsdbSession session)
    {
        _sessions.Remove(session);
        Ready(session);
    }

    internal bool IsLockOwner(string name, OvsdbSession session) => _locks.IsOwner(name, session);

    internal bool Lock(string name, OvsdbSession session, bool isSteal)
    {
        if (!isSteal) return _locks.Lock(name, session);
        _locks.Steal(name, session)?.Send(RpcText.Notification("stolen", name));
        return true;
    }

    internal void Unlock(string name, OvsdbSession session) => _locks.Unlock(name, session)?.Send(RpcText.Notification("locked", name));

    private void DisconnectUnaware(string reason) => Disconnect(reason, onlyUnaware: true);

    private void Tell(byte[] operations, long nowMs) => Execute(_self.Database.Schema.Name, operations, nowMs);
}
