using System.Runtime.InteropServices;
using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>A database as a server serves it: its monitors, the transactions that wait for it to change, and its recent commits.</summary>
internal sealed class ServedDatabase(OvsdbServer server, Database database, bool isJournalled)
{
    private const int MaxKeptSize = 16 * 1024;

    private readonly Dictionary<string, SharedMonitor> _monitors = [];
    private readonly LinkedList<PendingTransaction> _waiting = new();

    // "_Server" knows no transaction ids in ovsdb-server either.
    private readonly CommitHistory _history = new(isJournalled ? server.Options.HistoryCount : 0, server.Options.HistoryRowCount);
    private JsonBuffer _scratch = new();
    private bool _hasChanged;

    public Database Database => database;

    public int MonitorCount => _monitors.Count;

    public long DueMs => _waiting.Count == 0 ? long.MaxValue : _waiting.Min(w => w.DeadlineMs);

    public void Transact(OvsdbSession session, JsonRpcMessage request, long nowMs)
    {
        var result = database.Execute(request.Params, TermsOf(session, 0), skip: 1);
        if (result.IsBlocked)
        {
            var pending = new PendingTransaction(
                this, session, JsonEcho.Of(request.Id), JsonText.Copy(request.Id), JsonText.Copy(request.Params), nowMs);
            pending.ExpireAfter(result.TimeoutMs);
            pending.Place = _waiting.AddLast(pending);
            session.Wait(pending);
            return;
        }
        Publish(result.Commit);
        session.Reply(RpcText.Reply(JsonMarshal.GetRawUtf8Value(request.Id), result.Replies));
        RunWaiting(nowMs);
    }

    /// <summary>A transaction of the server's owner, which does not wait.</summary>
    public TransactResult Execute(ReadOnlyMemory<byte> operations, long nowMs)
    {
        var result = database.Execute(operations, new TransactTerms(ElapsedMs: long.MaxValue, IsTrusted: true));
        Publish(result.Commit);
        RunWaiting(nowMs);
        return result;
    }

    public void Forget(PendingTransaction pending)
    {
        if (pending.Place is { } place) _waiting.Remove(place);
        pending.Place = null;
    }

    public void Tick(long nowMs)
    {
        if (nowMs < DueMs) return;
        foreach (var pending in _waiting.Where(w => nowMs >= w.DeadlineMs).ToList()) TryAgain(pending, nowMs);
        RunWaiting(nowMs);
    }

    /// <summary>The monitor for a session, shared with those that watch the same.</summary>
    public MonitorSubscription Subscribe(OvsdbSession session, SharedMonitor monitor, byte[] id, string key)
    {
        var subscription = new MonitorSubscription(session, this, Share(monitor), id, key);
        subscription.Monitor.Add(subscription);
        return subscription;
    }

    public void Unsubscribe(MonitorSubscription subscription)
    {
        subscription.Monitor.Remove(subscription);
        if (subscription.Monitor.SubscriptionCount == 0) _monitors.Remove(subscription.Monitor.Key);
    }

    public OvsdbError? ParseChange(MonitorSubscription subscription, JsonElement requests, out SharedMonitor changed) =>
        MonitorRequest.ParseChange(subscription.Monitor, database.Schema, requests, out changed);

    /// <summary>Changes a monitor's conditions and sends what that makes visible and invisible.</summary>
    public void Resubscribe(MonitorSubscription subscription, SharedMonitor changed)
    {
        var before = subscription.Monitor;
        Unsubscribe(subscription);
        subscription.Monitor = Share(changed);
        subscription.Monitor.Add(subscription);
        var json = new JsonBuffer();
        changed.BeginTail(json, _history.Last);
        if (changed.TryWriteTransition(json, before, database))
            subscription.Session.SendUpdate(subscription.Head, SharedMonitor.EndTail(json));
    }

    /// <summary>The reply to the request that began a monitor.</summary>
    /// <param name="last">The last transaction that the client knows, for monitor_cond_since.</param>
    public ReadOnlyMemory<byte> BeginReply(SharedMonitor monitor, ReadOnlySpan<byte> id, Guid last)
    {
        var json = new JsonBuffer();
        if (monitor.Version == MonitorVersion.Update3)
        {
            var missed = _history.Since(last);
            json.Append(missed is null ? "[false,"u8 : "[true,"u8);
            monitor.BeginTail(json, _history.Last);
            if (missed is null) monitor.WriteInitial(json, database);
            else if (!monitor.TryWriteChanges(json, missed, isInitial: false)) json.Append(RpcText.EmptyObject);
            json.Append((byte)']');
        }
        else
        {
            monitor.WriteInitial(json, database);
        }
        return RpcText.Reply(id, json.Written);
    }

    /// <summary>The database is served no longer: the session's monitors of it and its waiting transactions end.</summary>
    public void Leave(OvsdbSession session)
    {
        foreach (var monitor in session.MonitorsOf(this))
        {
            Unsubscribe(monitor);
            session.Drop(monitor, isTold: true);
        }
        foreach (var pending in _waiting.Where(w => w.Session == session).ToList())
        {
            Forget(pending);
            session.EndWait(pending, RpcText.Error(pending.Id, "canceled"));
        }
    }

    private SharedMonitor Share(SharedMonitor monitor)
    {
        ref var shared = ref CollectionsMarshal.GetValueRefOrAddDefault(_monitors, monitor.Key, out _);
        return shared ??= monitor;
    }

    private void Publish(Commit? commit)
    {
        if (commit is null) return;
        if (isJournalled) server.Record(database, commit);
        _history.Add(commit);
        _hasChanged = true;
        // Sessions that are closed for what they leave unread may take the last subscription of a monitor with them.
        foreach (var monitor in _monitors.Values.ToArray()) monitor.Publish(commit, _history.Last, _scratch);
        // Thousands of idle databases shall not keep the room of their largest update.
        if (_scratch.Size > MaxKeptSize) _scratch = new JsonBuffer();
    }

    /// <summary>
    /// Tries all that wait again, in the order they came, until none of them commits anything. Each round with a commit ends a wait, so
    /// there are no more rounds than waits.
    /// </summary>
    private void RunWaiting(long nowMs)
    {
        while (_hasChanged)
        {
            _hasChanged = false;
            foreach (var pending in _waiting.ToArray()) TryAgain(pending, nowMs);
        }
    }

    private void TryAgain(PendingTransaction pending, long nowMs)
    {
        if (pending.Place is null) return;
        var result = database.Execute(pending.Parameters, TermsOf(pending.Session, nowMs - pending.CreatedMs), skip: 1);
        if (result.IsBlocked)
        {
            pending.ExpireAfter(result.TimeoutMs);
            return;
        }
        Forget(pending);
        Publish(result.Commit);
        pending.Session.EndWait(pending, RpcText.Reply(pending.Id, result.Replies));
    }

    private TransactTerms TermsOf(OvsdbSession session, long elapsedMs) => new(
        session.AskedLocks.Count == 0 ? null : name => server.IsLockOwner(name, session), elapsedMs, session.Options.IsReadOnly);
}
