using Akka.Actor;
using Fabric.OpenFlow;

namespace Fabric.Actors;

/// <summary>
/// A controller's session with one bridge over its <c>mgmt</c> socket, and the rules that it keeps in force there. Belongs to an actor,
/// which gives it what it hears of connections.
/// </summary>
internal sealed class BridgeLink : IDisposable
{
    /// <summary>Bundles came with OpenFlow 1.4.</summary>
    private const OpenFlowVersion FirstWithBundles = OpenFlowVersion.V14;

    private readonly IActorRef _owner;
    private readonly IScheduler _scheduler;
    private readonly FabricClock _clock;
    private readonly RemoteState _remote;
    private readonly byte[] _output = new byte[64 * 1024];
    private OpenFlowConnection? _link;
    private PeerConnection? _connection;
    private bool _isBegun;

    public BridgeLink(Remote remote, IActorRef owner, IScheduler scheduler, FabricClock clock)
    {
        (_owner, _scheduler, _clock) = (owner, scheduler, clock);
        _remote = new RemoteState(remote.Text, remote, RemoteOptions.Near(remote));
    }

    public RuleSync Rules { get; } = new(OverlayProgram.Cookie);

    public BridgePortNumbers? Ports { get; set; }

    public void Dial() => _remote.Open(_owner, () => null);

    /// <summary>False for what concerns another connection.</summary>
    public bool TryTake(PeerEvent happened)
    {
        switch (happened)
        {
            case PeerConnected connected when connected.Remote == _remote:
                (_connection, _isBegun) = (connected.Connection, false);
                _link = new OpenFlowConnection(OpenFlowConnection.AllVersions, 0, _clock.NowMs);
                _remote.Connected(_connection, _clock.NowMs);
                _connection.Receive();
                return true;
            case PeerFailed failed when failed.Remote == _remote:
                DialLater();
                return true;
            case RetryRemote retry when retry.Remote == _remote:
                Dial();
                return true;
            case PeerReceived received when received.Connection == _connection:
                _link!.Receive(_connection.Received, _clock.NowMs);
                _connection.WantsReceive = true;
                return true;
            case PeerSent sent when sent.Connection == _connection:
                sent.Connection.IsSending = false;
                return true;
            case PeerClosed closed when closed.Connection == _connection:
                Lose(closed.Reason);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Works on what has come, sends what follows from it, and asks for more.</summary>
    public void Pump()
    {
        if (_link is not { } link) return;
        while (link.TryTake(out var raw))
        {
            Begin(link);
            if (!MessageCodec.TryDecode(raw.Span, CodecContext.Default, out var message, out _)) continue;
            if (message is EchoRequest echo) link.Send(new EchoReply(echo.Data) { Xid = echo.Xid }, CodecContext.Default);
            else Rules.Receive(message);
        }

        Begin(link);
        foreach (var message in Rules.TakeMessages()) link.Send(message, CodecContext.Default);
        while (_connection is { IsSending: false } connection && link.TakeOutput(_output) is > 0 and var size)
            connection.Send(_output.AsSpan(0, size));
        if (link.Failure is { } failure) Lose(failure);
        else if (_connection is { WantsReceive: true } waiting) waiting.Receive();
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _remote.Dispose();
    }

    private void Begin(OpenFlowConnection link)
    {
        if (_isBegun || !link.IsReady) return;
        _isBegun = true;
        link.Send(Rules.Connected(link.Version >= FirstWithBundles), CodecContext.Default);
    }

    private void Lose(string reason)
    {
        if (_connection is not { } connection) return;
        (_connection, _link) = (null, null);
        connection.Dispose();
        _remote.Disconnected(connection, reason, _clock.NowMs);
        Rules.Disconnected();
        DialLater();
    }

    private void DialLater() => _scheduler.ScheduleTellOnce(
        TimeSpan.FromMilliseconds(_remote.TakeBackoffMs()), _owner, new RetryRemote(_remote), ActorRefs.NoSender);
}
