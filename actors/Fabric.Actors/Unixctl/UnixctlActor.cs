using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Fabric.Agent;

namespace Fabric.Actors;

/// <summary>
/// A daemon's control socket and pid file (OVS: <c>lib/unixctl.c</c>): brings commands to whoever runs them, and answers back.
/// <para>A client has one command at work at a time, and is not read before its answer is sent; a client that asks too much at once, or
/// nonsense, is cut off. So no client can make this hold more than a request and an answer of its own.</para>
/// <para>A restart means: clients are cut off, the socket is made anew. At the end both files go, unless another process has replaced
/// them.</para>
/// </summary>
public sealed class UnixctlActor : ReceiveActor, IWithTimers
{
    private const int MaxClients = 256;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly UnixctlSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<PeerConnection, UnixctlClient> _clients = [];
    private readonly Dictionary<long, UnixctlClient> _running = [];
    private readonly List<UnixctlRequest> _requests = [];
    private UnixctlListener? _listener;
    private LockedPidFile? _pidFile;
    private long _cookie;

    public UnixctlActor(UnixctlSettings settings)
    {
        _settings = settings;
        Receive<Open>(_ => OnOpen());
        Receive<AcceptAgain>(_ => _listener?.Accept());
        Receive<UnixctlConnected>(OnConnected);
        Receive<PeerReceived>(OnReceived);
        Receive<PeerSent>(OnSent);
        Receive<PeerClosed>(closed => Drop(closed.Connection));
        Receive<UnixctlAnswer>(OnAnswer);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(UnixctlSettings settings) => Akka.Actor.Props.Create(() => new UnixctlActor(settings));

    protected override void PreStart() => OnOpen();

    protected override void PostStop()
    {
        if (_listener is null) return;
        _listener.Dispose();
        File.Delete(_settings.SocketPath);
        _pidFile?.Dispose();
        foreach (var connection in _clients.Keys) connection.Dispose();
    }

    private void OnOpen()
    {
        try
        {
            RemoveStale();
            _listener = new UnixctlListener(_settings.SocketPath, Self);
            if (_settings.PidFile is { } pidFile) _pidFile = LockedPidFile.Write(pidFile);
            _listener.Accept();
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            _listener?.Dispose();
            _listener = null;
            _log.Error("{0}: {1}", _settings.SocketPath, e.Message);
            Timers.StartSingleTimer(Open.Instance, Open.Instance, RetryInterval);
        }
    }

    /// <summary>What a killed process left behind.</summary>
    private void RemoveStale()
    {
        File.Delete(_settings.SocketPath);
        if (_settings.Socket is not null) return;
        foreach (var old in Directory.EnumerateFiles(_settings.RunDirectory, _settings.Program + ".*.ctl")) File.Delete(old);
    }

    private void OnConnected(UnixctlConnected connected)
    {
        if (connected.Connection is not { } connection)
        {
            Timers.StartSingleTimer(AcceptAgain.Instance, AcceptAgain.Instance, RetryInterval);
            return;
        }

        _listener?.Accept();
        if (_clients.Count >= MaxClients)
        {
            connection.Dispose();
            return;
        }

        _clients.Add(connection, new UnixctlClient(connection));
        connection.Receive();
    }

    private void OnReceived(PeerReceived received)
    {
        if (!_clients.TryGetValue(received.Connection, out var client)) return;
        client.Connection.WantsReceive = true;
        _requests.Clear();
        client.Session.Receive(client.Connection.Received, _requests);
        foreach (var request in _requests) client.Waiting.Enqueue(request);
        Go(client);
    }

    private void OnSent(PeerSent sent)
    {
        sent.Connection.IsSending = false;
        if (_clients.TryGetValue(sent.Connection, out var client)) Go(client);
    }

    private void OnAnswer(UnixctlAnswer answer)
    {
        if (!_running.Remove(answer.Cookie, out var client) || client.Current is not { } request) return;
        client.Current = null;
        client.Connection.Send(UnixctlSession.Format(request.Id, answer.Reply));
        Go(client);
    }

    /// <summary>The client's next command, or the next bytes, or its end.</summary>
    private void Go(UnixctlClient client)
    {
        if (client.Current is not null || client.Connection.IsSending) return;
        if (client.Waiting.TryDequeue(out var request))
        {
            client.Current = request;
            _running.Add(++_cookie, client);
            _settings.Commands.Tell(new RunUnixctl(_cookie, request.Method, request.Arguments));
            return;
        }

        if (client.Session.IsClosed) Drop(client.Connection);
        else if (client.Connection.WantsReceive) client.Connection.Receive();
    }

    private void Drop(PeerConnection connection)
    {
        connection.Dispose();
        if (!_clients.Remove(connection, out var client) || client.Current is null) return;
        var cookie = _running.First(r => r.Value == client).Key;
        _running.Remove(cookie);
    }

    private sealed class Open
    {
        public static readonly Open Instance = new();
    }

    private sealed class AcceptAgain
    {
        public static readonly AcceptAgain Instance = new();
    }
}
