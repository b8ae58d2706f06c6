using Akka.Actor;

namespace Fabric.Actors;

/// <summary>
/// The connection of a session of ours to one remote: dials, dials again by the remote's back-off, and moves bytes. Belongs to an actor,
/// which gives it what it hears of connections.
/// </summary>
internal sealed class PeerLink : IDisposable
{
    private readonly ILinkedSession _session;
    private readonly IActorRef _owner;
    private readonly IScheduler _scheduler;
    private readonly FabricClock _clock;
    private readonly RemoteState _remote;
    private readonly byte[] _output = new byte[64 * 1024];
    private PeerConnection? _connection;

    public PeerLink(Remote remote, ILinkedSession session, IActorRef owner, IScheduler scheduler, FabricClock clock)
    {
        (_session, _owner, _scheduler, _clock) = (session, owner, scheduler, clock);
        _remote = new RemoteState(remote.Text, remote, RemoteOptions.Near(remote));
    }

    public void Dial() => _remote.Open(_owner, () => null);

    /// <summary>False for what concerns another connection.</summary>
    public bool TryTake(PeerEvent happened)
    {
        switch (happened)
        {
            case PeerConnected connected when connected.Remote == _remote:
                _connection = connected.Connection;
                _remote.Connected(_connection, _clock.NowMs);
                _session.Connected(_clock.NowMs);
                _connection.Receive();
                return true;
            case PeerFailed failed when failed.Remote == _remote:
                DialLater();
                return true;
            case RetryRemote retry when retry.Remote == _remote:
                Dial();
                return true;
            case PeerReceived received when received.Connection == _connection:
                _session.Receive(_connection.Received, _clock.NowMs);
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

    /// <summary>Sends what the session has to say, as far as the connection takes it.</summary>
    public void Send()
    {
        while (_connection is { IsSending: false } connection && _session.TakeOutput(_output) is > 0 and var size)
            connection.Send(_output.AsSpan(0, size));
    }

    /// <summary>Asks for more, when what had come was taken.</summary>
    public void Resume()
    {
        if (_connection is { WantsReceive: true } waiting) waiting.Receive();
    }

    /// <summary>Gives the connection up, if there is one, and dials again later.</summary>
    public void Lose(string reason)
    {
        if (_connection is not { } connection) return;
        _connection = null;
        connection.Dispose();
        _remote.Disconnected(connection, reason, _clock.NowMs);
        _session.Disconnected(reason);
        DialLater();
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _remote.Dispose();
    }

    private void DialLater() => _scheduler.ScheduleTellOnce(
        TimeSpan.FromMilliseconds(_remote.TakeBackoffMs()), _owner, new RetryRemote(_remote), ActorRefs.NoSender);
}
