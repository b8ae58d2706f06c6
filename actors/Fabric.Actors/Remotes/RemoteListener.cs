using System.Net;
using System.Net.Sockets;
using Akka.Actor;

namespace Fabric.Actors;

/// <summary>
/// The listening socket of a passive remote. It accepts one peer at a time, when its owner asks: peers that come faster than they are taken
/// wait in the socket's backlog. A handshake is done beside that, by no more than a few peers at once.
/// </summary>
internal sealed class RemoteListener : IRemoteListener
{
    private const int Backlog = 64;

    private readonly RemoteState _state;
    private readonly IActorRef _owner;
    private readonly TlsHandshake? _handshake;
    private readonly Socket _socket;
    private readonly UnixSocketPath? _path;
    private readonly SocketAcceptor _acceptor;

    private RemoteListener(RemoteState state, IActorRef owner, TlsHandshake? handshake, Socket socket, UnixSocketPath? path)
    {
        (_state, _owner, _handshake, _socket, _path) = (state, owner, handshake, socket, path);
        _acceptor = new SocketAcceptor(socket, OnAccepted);
    }

    public int Port => (_socket.LocalEndPoint as IPEndPoint)?.Port ?? 0;

    /// <inheritdoc cref="RemoteState.Open"/>
    public static RemoteListener Open(RemoteState state, IActorRef owner, Func<TlsFiles?> tls)
    {
        var remote = state.Remote;
        var handshake = remote.IsTls ? new TlsHandshake(state, owner, tls) : null;
        UnixSocketPath? path = null;
        Socket? socket = null;
        try
        {
            if (remote.IsUnix)
            {
                // What a killed process left behind; a living owner holds its database's lock, so this is nobody's.
                File.Delete(remote.Path);
                path = new UnixSocketPath(remote.Path);
                socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                socket.Bind(path.EndPoint);
            }
            else
            {
                var address = (IPEndPoint)remote.EndPoint;
                socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                // SO_REUSEADDR is what .NET sets on Unix by itself; its own "reuse address" would be SO_REUSEPORT as well.
                socket.Bind(address);
            }

            socket.Listen(Backlog);
            return new RemoteListener(state, owner, handshake, socket, path);
        }
        catch
        {
            socket?.Dispose();
            path?.Dispose();
            throw;
        }
    }

    public void Accept() => _acceptor.Accept();

    public void Dispose()
    {
        _acceptor.Dispose();
        _path?.Dispose();
    }

    private void OnAccepted(Socket? socket, SocketError error)
    {
        if (socket is null)
        {
            // No descriptor left, for instance: the owner asks again after a while.
            _owner.Tell(new PeerFailed(_state, ErrorWords.Of(error), "accept"), ActorRefs.NoSender);
            return;
        }

        if (_handshake is null)
        {
            if (!_state.Remote.IsUnix) socket.NoDelay = true;
            var connection = _state.Options.MayConverse
                ? new ConversingConnection(_owner, NameOf(socket), socket) : new SocketConnection(_owner, NameOf(socket), socket);
            _owner.Tell(new PeerConnected(_state, connection), ActorRefs.NoSender);
            return;
        }

        _handshake.Begin(socket, NameOf(socket));
        // Those whose handshake hangs must not keep others out.
        Accept();
    }

    private string NameOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint is IPEndPoint peer ? $"{(_handshake is null ? "tcp" : "ssl")}:{peer}" : "unix";
        }
        catch (SocketException)
        {
            return "unknown";
        }
    }
}
