using System.Runtime.InteropServices;
using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>
/// A client of one database as OVS's own are (lib/ovsdb-cs.c), without a socket: it finds the database through "_Server", watches tables,
/// keeps a copy of them in <see cref="Replica"/>, holds a lock, and sends transactions. Its owner makes connections and tells of them; the
/// copy outlives them, and a server that remembers sends only what was missed.
///
/// 1. Rows and changes are told in the order of the server's commits; the changes of a transaction of one's own before its outcome.
/// 2. Every transaction has exactly one outcome; without a connection, or when it is lost, that is an error.
/// 3. An older server is asked in older ways: without "_Server", with monitor_cond, with monitor.
/// 4. Whatever a server sends wrongly ends the connection (<see cref="Failure"/>), never more.
///
/// Not modelled: choosing the leader of a cluster.
/// </summary>
public sealed partial class OvsdbClient(OvsdbClientOptions options)
{
    private readonly OutputQueue _output = new();
    private readonly Queue<ClientEvent> _events = new();
    private readonly Dictionary<long, long> _cookies = [];
    private readonly Dictionary<long, Action<JsonElement, JsonElement>> _awaited = [];
    private JsonFramer _framer = new(MaxMessageSize);
    private LivenessProbe _probe = new(0, 0);
    private long _lastId;
    private bool _isConnected;

    /// <summary>A server may send its whole database in one message.</summary>
    private const int MaxMessageSize = 1 << 30;

    public OvsdbClientOptions Options => options;

    /// <summary>The copy; null before the schema is known.</summary>
    public Replica? Replica { get; private set; }

    /// <summary>The copy is complete and the connection up.</summary>
    public bool IsSynchronised { get; private set; }

    /// <summary>The lock is owned; never without a connection.</summary>
    public bool OwnsLock { get; private set; }

    /// <summary>The last transaction that the copy knows of; zero if the server does not tell.</summary>
    public Guid LastTransaction { get; private set; }

    /// <summary>Why this connection has to be closed; null while it is fine.</summary>
    public string? Failure { get; private set; }

    public bool HasOutput => _output.UnsentSize > 0;

    /// <summary>When <see cref="Tick"/> has something to do.</summary>
    public long DueMs => _isConnected ? _probe.DueMs : long.MaxValue;

    /// <summary>A connection is up: what follows is its bytes.</summary>
    public void Connected(long nowMs)
    {
        if (_isConnected) Disconnected("replaced by another connection");
        _framer = new JsonFramer(MaxMessageSize);
        _probe = new LivenessProbe(options.ProbeIntervalMs, nowMs);
        (_isConnected, Failure) = (true, null);
        BeginHandshake();
    }

    /// <summary>The connection is gone. Transactions under way have failed, as far as one can tell.</summary>
    public void Disconnected(string reason)
    {
        if (!_isConnected) return;
        (_isConnected, IsSynchronised) = (false, false);
        _output.Clear();
        _awaited.Clear();
        long[] cookies = [.. _cookies.OrderBy(c => c.Key).Select(c => c.Value)];
        _cookies.Clear();
        foreach (long cookie in cookies) _events.Enqueue(new ClientEvent.Replied(cookie, $"disconnected: {reason}", []));
        OwnsLock = false;
    }

    public void Receive(ReadOnlySpan<byte> bytes, long nowMs)
    {
        if (!_isConnected || Failure is not null) return;
        _probe.Heard(nowMs);
        _framer.Append(bytes);
        while (Failure is null && _framer.TryTake(out var text)) HandleText(text);
        if (_framer.Error is { } wrong) Fail(wrong);
    }

    /// <summary>The next bytes for the server; 0 when there are none.</summary>
    public int TakeOutput(Span<byte> destination) => _output.Take(destination, 0);

    public void Tick(long nowMs)
    {
        if (!_isConnected) return;
        if (_probe.Check(nowMs, out bool isOver)) _output.Put(RpcText.Probe, 0);
        else if (isOver) Fail($"no response to inactivity probe after {options.ProbeIntervalMs} ms");
    }

    /// <summary>Sends a transaction; its outcome comes as <see cref="ClientEvent.Replied"/> with the cookie.</summary>
    /// <param name="operations">A JSON array of operations.</param>
    public void Transact(ReadOnlySpan<byte> operations, long cookie)
    {
        if (!IsSynchronised || (options.Lock is not null && !OwnsLock))
        {
            string error = IsSynchronised ? $"lock {options.Lock} is not owned" : "not connected";
            _events.Enqueue(new ClientEvent.Replied(cookie, error, []));
            return;
        }
        long id = Send("transact", ClientText.Transaction(options.Database, operations, options.Lock));
        _cookies.Add(id, cookie);
    }

    public bool TryTakeEvent(out ClientEvent happened)
    {
        bool found = _events.TryDequeue(out var next);
        happened = next!;
        return found;
    }

    private long Send(string method, ReadOnlySpan<byte> parameters)
    {
        _output.Put(ClientText.Request(++_lastId, method, parameters), 0);
        return _lastId;
    }

    /// <summary>Sends a request; the reply's result, or its error, goes to <paramref name="then"/>.</summary>
    private void Ask(string method, ReadOnlySpan<byte> parameters, Action<JsonElement, JsonElement> then) =>
        _awaited.Add(Send(method, parameters), then);

    private void HandleText(ReadOnlyMemory<byte> text)
    {
        if (!JsonText.TryParse(text, out var document, out string? error))
        {
            Fail(error!);
            return;
        }
        using (document)
        {
            if (!JsonRpcMessage.TryParse(document.RootElement, out var message, out error)) Fail(error!);
            else if (message.Kind == JsonRpcKind.Notification) HandleNotification(message);
            else if (message.Kind == JsonRpcKind.Request) HandleRequest(message);
            else HandleReply(message);
        }
    }

    private void HandleRequest(JsonRpcMessage request)
    {
        var id = JsonMarshal.GetRawUtf8Value(request.Id);
        _output.Put(request.Method == "echo"
            ? RpcText.Reply(id, JsonMarshal.GetRawUtf8Value(request.Params)) : RpcText.Error(id, "unknown method"), 0);
    }

    private void HandleReply(JsonRpcMessage reply)
    {
        if (reply.Id.ValueKind != JsonValueKind.Number || !reply.Id.TryGetInt64(out long id)) return;
        if (_cookies.Remove(id, out long cookie)) EndTransaction(cookie, reply);
        else if (_awaited.Remove(id, out var then)) then(reply.Result, reply.Error);
    }

    private void EndTransaction(long cookie, JsonRpcMessage reply)
    {
        if (reply.Kind == JsonRpcKind.Error)
        {
            _events.Enqueue(new ClientEvent.Replied(cookie, JsonEcho.Of(reply.Error), []));
            return;
        }
        string? error = null;
        if (reply.Result.ValueKind != JsonValueKind.Array) error = "the reply is not an array";
        else
        {
            foreach (var outcome in reply.Result.EnumerateArray())
            {
                if (outcome.ValueKind == JsonValueKind.Object && outcome.TryGetProperty("error"u8, out _)) error ??= JsonEcho.Of(outcome);
            }
        }
        _events.Enqueue(new ClientEvent.Replied(cookie, error, JsonText.Copy(reply.Result)));
    }

    private void SetLock(bool isOwner)
    {
        OwnsLock = isOwner;
        _events.Enqueue(new ClientEvent.Locked(isOwner));
    }

    private void Fail(string reason) => Failure ??= reason;
}
