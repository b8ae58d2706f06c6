using Akka.Actor;
using Fabric.Agent.Configuration;
using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>
/// An OVSDB client session and its connection: dials, dials again, and keeps a copy of the rows. Belongs to an actor, which gives it what
/// it hears of connections.
/// </summary>
internal sealed class DatabaseLink : ILinkedSession, IDisposable
{
    private readonly PeerLink _peer;

    public DatabaseLink(Remote remote, OvsdbClientOptions options, IActorRef owner, IScheduler scheduler, FabricClock clock)
    {
        _peer = new PeerLink(remote, this, owner, scheduler, clock);
        Client = new OvsdbClient(options);
    }

    public OvsdbClient Client { get; }

    public DatabaseCopy Copy { get; } = new();

    public void Dial() => _peer.Dial();

    /// <summary>False for what concerns another connection.</summary>
    public bool TryTake(PeerEvent happened) => _peer.TryTake(happened);

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
        if (Client.Failure is { } failure) _peer.Lose(failure);
        _peer.Send();
        _peer.Resume();
    }

    public void Dispose() => _peer.Dispose();

    void ILinkedSession.Connected(long nowMs) => Client.Connected(nowMs);

    void ILinkedSession.Receive(ReadOnlySpan<byte> bytes, long nowMs) => Client.Receive(bytes, nowMs);

    int ILinkedSession.TakeOutput(Span<byte> output) => Client.TakeOutput(output);

    void ILinkedSession.Disconnected(string reason) => Client.Disconnected(reason);
}
