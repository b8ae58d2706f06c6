using System.Net.Sockets;
using Akka.Actor;

namespace Fabric.Actors;

/// <summary>The listening end of a control socket. It accepts one client at a time, when its owner asks.</summary>
internal sealed class UnixctlListener : IDisposable
{
    private const int Backlog = 16;

    private readonly IActorRef _owner;
    private readonly UnixSocketPath _path;
    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _accept = new(true);

    /// <exception cref="SocketException">The socket cannot be made.</exception>
    public UnixctlListener(string path, IActorRef owner)
    {
        _owner = owner;
        _path = new UnixSocketPath(path);
        _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _accept.Completed += (_, _) => OnAccepted();
        try
        {
            _socket.Bind(_path.EndPoint);
            _socket.Listen(Backlog);
        }
        catch (SocketException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>To be called once at the start and once for each <see cref="UnixctlConnected"/>.</summary>
    public void Accept()
    {
        try
        {
            _accept.AcceptSocket = null;
            if (!_socket.AcceptAsync(_accept)) OnAccepted();
        }
        catch (ObjectDisposedException)
        {
            // Closed by its owner.
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _path.Dispose();
    }

    private void OnAccepted()
    {
        if (_accept.SocketError == SocketError.OperationAborted) return;
        var connection = _accept.SocketError == SocketError.Success && _accept.AcceptSocket is { } socket
            ? new SocketConnection(_owner, "unix", socket) : null;
        _owner.Tell(new UnixctlConnected(connection), ActorRefs.NoSender);
    }
}
