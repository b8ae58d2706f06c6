using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>
/// One client of an <see cref="OvsdbServer"/>: bytes in, bytes out, no socket. Made by <see cref="OvsdbServer.Connect"/>; whoever owns the
/// socket feeds it with <see cref="Receive"/>, and sends what <see cref="TakeOutput"/> gives whenever the server names the session
/// (<see cref="OvsdbServer.TryTakeReady"/>).
///
/// 1. Requests are answered in order, except transactions that wait.
/// 2. What a commit changed for the session's monitors leaves before the reply to the transaction, and neither before the commit is
///    durable; nor does anything that was produced after it.
/// 3. Wrong JSON, or JSON that is not JSON-RPC, ends the session, as in ovsdb-server. What was answered before still leaves.
/// 4. A peer that does not read is not served: beyond <see cref="OvsdbServerOptions.PauseUnsentSize"/> its requests wait, beyond
///    <see cref="OvsdbServerOptions.MaxUnsentSize"/> past the current reply the session is closed. Nobody else notices.
/// 5. When it ends, its locks pass on, and its monitors and waiting transactions are forgotten.
/// </summary>
public sealed partial class OvsdbSession
{
    private readonly OvsdbServer _server;
    private readonly JsonFramer _framer;
    private readonly OutputQueue _output = new();
    private readonly LivenessProbe _probe;
    private readonly OrderedDictionary<string, MonitorSubscription> _monitors = [];
    private readonly Dictionary<string, PendingTransaction> _pending = [];
    private long _pendingSize;

    internal OvsdbSession(OvsdbServer server, long number, SessionOptions options, long nowMs)
    {
        (_server, Number, Options) = (server, number, options);
        _framer = new JsonFramer(server.Options.MaxMessageSize);
        _probe = new LivenessProbe(options.ProbeIntervalMs, nowMs);
    }

    /// <summary>Counts a server's sessions, from 1.</summary>
    public long Number { get; }

    public SessionOptions Options { get; }

    public bool IsClosed => CloseReason is not null;

    /// <summary>Why the session is over, in one line; null while it is not.</summary>
    public string? CloseReason { get; private set; }

    /// <summary>Bytes produced and not taken, also those that are held.</summary>
    public long UnsentSize => _output.UnsentSize;

    /// <summary>False while the peer reads too little to be served: do not read from it.</summary>
    public bool WantsInput => !IsClosed && !IsPaused;

    public int MonitorCount => _monitors.Count;

    /// <summary>Transactions that wait for a condition.</summary>
    public int WaitingCount => _pending.Count;

    /// <summary>Names the session has asked for and not unlocked, owned or not.</summary>
    public IReadOnlyCollection<string> Locks => AskedLocks;

    /// <summary>The client keeps up with databases that come, go or change by watching _Server, and need not be disconnected.</summary>
    internal bool IsChangeAware { get; private set; }

    internal HashSet<string> AskedLocks { get; } = [];

    internal bool IsListedReady { get; set; }

    internal long DueMs => IsClosed ? long.MaxValue : _probe.DueMs;

    internal bool HasReleasedOutput => _output.IsReleased(_server.DurableSequence);

    private bool IsPaused => _output.UnsentSize > _server.Options.PauseUnsentSize || _pendingSize > _server.Options.MaxMessageSize;

    /// <summary>The next bytes from the peer; copied.</summary>
    public void Receive(ReadOnlySpan<byte> bytes, long nowMs)
    {
        if (IsClosed) return;
        _probe.Heard(nowMs);
        _framer.Append(bytes);
        HandleInput(nowMs);
        if (_framer.BufferedSize > 2L * _server.Options.MaxMessageSize)
            Close("the peer sends on while it is not read from", keepsOutput: false);
    }

    /// <summary>
    /// The next bytes for the peer. That makes room: requests that had to wait for it are handled now. Returns 0 when nothing may leave.
    /// </summary>
    public int TakeOutput(Span<byte> destination, long nowMs)
    {
        bool wasPaused = IsPaused;
        int size = _output.Take(destination, _server.DurableSequence);
        if (wasPaused && !IsPaused) HandleInput(nowMs);
        return size;
    }

    /// <summary>The connection is gone, or the owner wants it gone.</summary>
    public void Close(string reason) => Close(reason, keepsOutput: false);

    internal void Close(string reason, bool keepsOutput)
    {
        if (IsClosed) return;
        CloseReason = reason;
        if (!keepsOutput) _output.Clear();
        foreach (var monitor in _monitors.Values) monitor.Database.Unsubscribe(monitor);
        _monitors.Clear();
        foreach (var pending in _pending.Values) pending.Database.Forget(pending);
        _pending.Clear();
        foreach (string name in AskedLocks.ToArray()) _server.Unlock(name, this);
        _server.Closed(this);
    }

    /// <summary>Asks a silent peer whether it is there, and closes the session when it does not answer.</summary>
    internal void Probe(long nowMs)
    {
        if (IsClosed) return;
        if (_probe.Check(nowMs, out bool isOver)) Send(RpcText.Probe);
        else if (isOver) Close($"no response to inactivity probe after {Options.ProbeIntervalMs} ms", keepsOutput: false);
    }

    /// <summary>An update of a monitor: the part of this session, then the part it shares with others.</summary>
    internal void SendUpdate(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> tail)
    {
        if (IsClosed) return;
        _output.Put(head, _server.Committed);
        Send(tail);
    }

    internal void Send(ReadOnlyMemory<byte> message)
    {
        if (IsClosed) return;
        _output.Put(message, _server.Committed);
        CheckUnsent();
    }

    internal void Reply(ReadOnlyMemory<byte> message)
    {
        if (IsClosed) return;
        _output.PutReply(message, _server.Committed);
        CheckUnsent();
    }

    internal void Wait(PendingTransaction pending)
    {
        _pending.Add(pending.Key, pending);
        _pendingSize += pending.Size;
    }

    /// <summary>A transaction waits no longer; it is answered with <paramref name="reply"/> if that is given.</summary>
    internal void EndWait(PendingTransaction pending, ReadOnlyMemory<byte> reply)
    {
        if (!_pending.Remove(pending.Key)) return;
        _pendingSize -= pending.Size;
        if (!reply.IsEmpty) Reply(reply);
    }

    private void CheckUnsent()
    {
        if (_output.ExcessSize > _server.Options.MaxUnsentSize)
            Close($"more than {_server.Options.MaxUnsentSize} bytes are unsent: the peer does not read", keepsOutput: false);
        else if (HasReleasedOutput) _server.Ready(this);
    }

    private void HandleInput(long nowMs)
    {
        while (!IsClosed && !IsPaused && _framer.TryTake(out var text)) HandleText(text, nowMs);
        if (_framer.Error is { } wrong) Close($"error parsing stream: {wrong}", keepsOutput: true);
    }

    private void HandleText(ReadOnlyMemory<byte> text, long nowMs)
    {
        if (!JsonText.TryParse(text, out var document, out string? error))
        {
            Close($"error parsing stream: {error}", keepsOutput: true);
            return;
        }
        using (document)
        {
            if (!JsonRpcMessage.TryParse(document.RootElement, out var message, out error))
                Close($"received bad JSON-RPC message: {error}", keepsOutput: true);
            else if (message.Kind == JsonRpcKind.Request) HandleRequest(message, nowMs);
            else if (message.Kind == JsonRpcKind.Notification) HandleNotification(message);
            else if (!IsEcho(message))
                Close($"received unexpected {message.Kind.ToString().ToLowerInvariant()} message", keepsOutput: true);
        }
    }

    private static bool IsEcho(JsonRpcMessage message) =>
        message.Kind == JsonRpcKind.Reply && message.Id.ValueKind == JsonValueKind.String && message.Id.ValueEquals("echo"u8);
}
