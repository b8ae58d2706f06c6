using Akka.Actor;
using Fabric.Agent.Configuration;
using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>
/// An OVSDB client session and its connection: dials, dials again, and keeps a copy of the rows. Belongs to an actor, which gives it what
/// it hears of connections.
/// </summary>
internal sealed class DatabaseLink : IDisposable
{
    private readonly IActorRef _owner;
    private readonly IScheduler _scheduler;
    private readonly FabricClock _clock;
    private readonly RemoteState _remote;
    private readonly byte[] _output = new byte[64 * 1024];
    private PeerConnection? _connection;

    public DatabaseLink(Remote remote, OvsdbClientOptions options, IActorRef owner, IScheduler scheduler, FabricClock clock)
    {
        (_owner, _scheduler, _clock) = (owner, scheduler, clock);
        _remote = new RemoteState(remote.Text, remote, RemoteOptions.Near(remote));
        Client = new OvsdbClient(options);
    }

    public OvsdbClient Client { get; }

    public DatabaseCopy Copy { get; } = new();

    public void Dial() => _remote.Open(_owner, () => null);

    /// <summary>False for what concerns another connection.</summary>
    public bool TryTake(PeerEvent happened)
    {
        switch (happened)
        {
            case PeerConnected connected when connected.Remote == _remote:
                _connection = connected.Connection;
                _remote.Connected(_connection, _clock.NowMs);
                Client.Connected(_clock.NowMs);
                _connection.Receive();
                return true;
            case PeerFailed failed when failed.Remote == _remote:
                DialLater();
                return true;
            case RetryRemote retry when retry.Remote == _remote:
                Dial();
                return true;
            case PeerReceived received when received.Connection == _connection:
                Client.Receive(_connection.Received, _clock.NowMs);
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

    /// <summary>The next thing that the server told; the copy follows it.</summary>
    public bool TryTakeEvent(out ClientEvent happened)
    {
        if (!Client.TryTakeEvent(out happened)) return false;
        if (happened is ClientEvent.Snapshot snapshot)
        {
            Copy.Reset();
            foreach (var row in snapshot.Rows) Copy.Set(row.Table.Name, row.Id, row);
        }
        else if (happened is ClientEvent.Changed changed)
        {
            foreach (var change in changed.Changes) Copy.Set(change.Table.Name, change.Id, change.New);
        }

        return true;
    }

    /// <summary>Sends what is to be sent, and asks for more to read; to be called when events are taken.</summary>
    public void Pump()
    {
        if (Client.Failure is { } failure) Lose(failure);
        while (_connection is { IsSending: false } connection && Client.TakeOutput(_output) is > 0 and var size)
            connection.Send(_output.AsSpan(0, size));
        if (_connection is { WantsReceive: true } waiting) waiting.Receive();
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _remote.Dispose();
    }

    private void Lose(string reason)
    {
        if (_connection is not { } connection) return;
        _connection = null;
        connection.Dispose();
        _remote.Disconnected(connection, reason, _clock.NowMs);
        Client.Disconnected(reason);
        DialLater();
    }

    private void DialLater() => _scheduler.ScheduleTellOnce(
        TimeSpan.FromMilliseconds(_remote.TakeBackoffMs()), _owner, new RetryRemote(_remote), ActorRefs.NoSender);
}
