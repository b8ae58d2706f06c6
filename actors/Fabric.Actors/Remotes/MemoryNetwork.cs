using System.Collections.Concurrent;
using System.Net.Sockets;
using Akka.Actor;

namespace Fabric.Actors;

/// <summary>
/// Names within a process at which some listen and others call, for nodes without a folder for sockets: tests, whose time is not that of
/// sockets, and servers that nobody's tools shall reach.
/// </summary>
public sealed class MemoryNetwork
{
    private readonly ConcurrentDictionary<string, Listener> _listeners = new(StringComparer.Ordinal);

    /// <summary>Takes the name, also from an earlier life that still has it.</summary>
    internal IRemoteListener Listen(RemoteState state, IActorRef owner) => _listeners[state.Remote.Path] = new Listener(this, state, owner);

    /// <summary>Ends with a message to the caller, as an attempt by socket does.</summary>
    internal void Dial(RemoteState state, IActorRef caller)
    {
        if (!_listeners.TryGetValue(state.Remote.Path, out var listener))
        {
            caller.Tell(new PeerFailed(state, ErrorWords.Of(SocketError.ConnectionRefused), state.Remote.Path), ActorRefs.NoSender);
            return;
        }

        var (near, far) = MemoryConnection.Pair(caller, listener.Owner, state.Remote.Text);
        listener.Owner.Tell(new PeerConnected(listener.State, far), ActorRefs.NoSender);
        caller.Tell(new PeerConnected(state, near), ActorRefs.NoSender);
    }

    /// <summary>Whoever calls is accepted: within a process nobody floods.</summary>
    private sealed class Listener(MemoryNetwork network, RemoteState state, IActorRef owner) : IRemoteListener
    {
        public RemoteState State => state;

        public IActorRef Owner => owner;

        public int Port => 0;

        public void Accept()
        {
        }

        public void Dispose() => network._listeners.TryRemove(KeyValuePair.Create(state.Remote.Path, this));
    }
}
