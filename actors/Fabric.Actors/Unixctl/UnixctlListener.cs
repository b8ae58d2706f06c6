using System.Net.Sockets;
using Akka.Actor;

namespace Fabric.Actors;

/// <summary>The listening end of a control socket. It accepts one client at a time, when its owner asks.</summary>
internal sealed class UnixctlListener : IDisposable
{
    private const int Backlog = 16;

    private readonly IActorRef _owner;
    private readonly UnixSocketPath _path;
    private readonly SocketAcceptor _acceptor;

    /// <exception cref="SocketException">The socket cannot be made.</exception>
    public UnixctlListener(string path, IActorRef owner)
    {
        _owner = owner;
        _path = new UnixSocketPath(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _acceptor = new SocketAcceptor(socket, OnAccepted);
        try
        {
            socket.Bind(_path.EndPoint);
            socket.Listen(Backlog);
        }
        catch (SocketException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>To be called once at the start and once for each <see cref="UnixctlConnected"/>.</summary>
    public void Accept() => _acceptor.Accept();

    public void Dispose()
    {
        _acceptor.Dispose();
        _path.Dispose();
    }

    private void OnAccepted(Socket? socket, SocketError error) => _owner.Tell(
        new UnixctlConnected(socket is null ? null : new SocketConnection(_owner, "unix", socket)), ActorRefs.NoSender);
}
