using System.Net.Sockets;
using System.Security.Cryptography;
using Akka.Actor;
using Akka.Event;

namespace Fabric.Actors;

/// <summary>The remotes of one server and the connections they brought. Belongs to the actor that has the sessions.</summary>
internal sealed class RemoteSet<TSession>(ISessions<TSession> sessions, IActorRef owner, ILoggingAdapter log, IScheduler scheduler)
    : IDisposable where TSession : class
{
    /// <summary>Connections of one remote; more wait in its backlog until one ends.</summary>
    private const int MaxConnections = 1_000;

    private const int OutputSize = 64 * 1024;

    /// <summary>Pause after a passive remote could not be opened, or had no descriptor for a peer.</summary>
    private const int RetryMs = 1_000;

    private readonly Dictionary<string, RemoteState> _remotes = new(StringComparer.Ordinal);
    private readonly Dictionary<TSession, PeerConnection> _connections = [];

    /// <summary>
    /// What leaves is copied through here, by any server whose turn this thread runs: a thousand servers need no buffer each.
    /// </summary>
    [ThreadStatic]
    private static byte[]? _output;

    public IEnumerable<RemoteState> States => _remotes.Values;

    /// <summary>For remotes that are opened from now on and handshakes from now on.</summary>
    public TlsFiles? Tls { get; set; }

    public RemoteState? Find(string key) => _remotes.GetValueOrDefault(key);

    public bool IsInForce(RemoteState state) => _remotes.GetValueOrDefault(state.Key) == state;

    /// <summary>Opens what is new, closes what is gone, and leaves the rest alone.</summary>
    /// <param name="wanted">By a key that is unique in the set, such as the remote's text.</param>
    public void Update(IReadOnlyDictionary<string, (Remote Remote, RemoteOptions Options)> wanted)
    {
        foreach (var (key, state) in _remotes.ToArray())
        {
            if (wanted.TryGetValue(key, out var same) && same.Remote == state.Remote)
            {
                state.Options = same.Options;
                continue;
            }

            _remotes.Remove(key);
            Close(state);
        }

        foreach (var (key, (remote, options)) in wanted)
        {
            if (_remotes.ContainsKey(key)) continue;
            var state = new RemoteState(key, remote, options);
            _remotes.Add(key, state);
            Open(state);
        }
    }

    /// <summary>Tries again what could not be opened, reached or accepted.</summary>
    public void Retry(RemoteState state)
    {
        if (!IsInForce(state)) return;
        if (state.Listener is { } listener) listener.Accept();
        else if (!state.IsConnected) Open(state);
    }

    public void OnConnected(PeerConnected connected, long nowMs)
    {
        var (state, connection) = (connected.Remote, connected.Connection);
        if (!IsInForce(state))
        {
            connection.Dispose();
            return;
        }

        var session = sessions.Connect(connection, state, nowMs);
        (connection.Session, connection.Remote) = (session, state);
        _connections.Add(session, connection);
        state.Connected(connection, nowMs);
        if (!state.Remote.IsTls && state.Connections.Count < MaxConnections) state.Listener?.Accept();
        connection.Receive();
    }

    public void OnFailed(PeerFailed failed)
    {
        var state = failed.Remote;
        if (!IsInForce(state)) return;
        if (state.Told != failed.Detail) log.Warning("{0}: connection failed ({1}): {2}", state.Remote.Text, failed.Reason, failed.Detail);
        (state.LastError, state.Told) = (failed.Reason, failed.Detail);
        RetryLater(state, state.Remote.IsPassive ? RetryMs : state.TakeBackoffMs());
    }

    public void OnClosed(PeerClosed closed, long nowMs) => Drop(closed.Connection, closed.Reason, closed.Reason, nowMs);

    /// <summary>Sends what the session may send, until its peer is slow or nothing is left.</summary>
    public void Pump(PeerConnection connection, long nowMs)
    {
        if (connection.Session is not TSession session) return;
        var output = _output ??= GC.AllocateUninitializedArray<byte>(OutputSize);
        while (!connection.IsSending)
        {
            var size = sessions.TakeOutput(session, output, nowMs);
            if (size == 0) break;
            connection.Send(output.AsSpan(0, size));
        }

        if (sessions.CloseReason(session) is { } reason && !connection.IsSending)
            Drop(connection, reason, ErrorWords.OfSession(reason), nowMs);
        else if (connection.WantsReceive && sessions.WantsInput(session)) connection.Receive();
    }

    public void Pump(TSession session, long nowMs)
    {
        if (_connections.TryGetValue(session, out var connection)) Pump(connection, nowMs);
    }

    /// <summary>Closes the connections of some remotes, or of all; active ones call again.</summary>
    public void Reconnect(long nowMs, Func<RemoteState, bool>? concerns = null)
    {
        foreach (var connection in _connections.Values.ToArray())
            if (concerns?.Invoke(connection.Remote!) != false) Drop(connection, "reconnecting", null, nowMs);
    }

    public void Dispose()
    {
        foreach (var state in _remotes.Values) Close(state);
        _remotes.Clear();
    }

    private void Open(RemoteState state)
    {
        try
        {
            state.Open(owner, () => Tls);
            if (state.Listener is not { } listener) return;
            if (listener.Port != 0) log.Info("{0}: listening on port {1}", state.Remote.Text, listener.Port);
            state.Told = null;
            listener.Accept();
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            if (state.Told != e.Message) log.Error("{0}: {1}", state.Remote.Text, e.Message);
            (state.LastError, state.Told) = (ErrorWords.Of(e), e.Message);
            RetryLater(state, RetryMs);
        }
    }

    private void Close(RemoteState state)
    {
        state.Dispose();
        foreach (var connection in state.Connections.ToArray()) Drop(connection, "its remote was removed", null, 0);
    }

    /// <param name="error">What the remote's status tells; null where nothing was wrong.</param>
    private void Drop(PeerConnection connection, string reason, string? error, long nowMs)
    {
        connection.Dispose();
        if (connection.Session is not TSession session || !_connections.Remove(session)) return;
        sessions.Close(session, reason);
        var state = connection.Remote!;
        var wasFull = state.Connections.Count == MaxConnections;
        state.Disconnected(connection, error, nowMs);
        if (!IsInForce(state)) return;
        if (!state.Remote.IsPassive) RetryLater(state, state.TakeBackoffMs());
        else if (wasFull && !state.Remote.IsTls) state.Listener?.Accept();
    }

    private void RetryLater(RemoteState state, int ms) =>
        scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(ms), owner, new RetryRemote(state), ActorRefs.NoSender);
}
