using System.Net.Sockets;

namespace Fabric.Actors;

/// <summary>
/// Takes peers from a listening socket, one for each <see cref="Accept"/>: those that come faster wait in the socket's backlog. Each call
/// is answered once, on whatever thread, unless the socket is closed first.
/// </summary>
internal sealed class SocketAcceptor : IDisposable
{
    private readonly Socket _socket;
    private readonly Action<Socket?, SocketError> _accepted;
    private readonly SocketAsyncEventArgs _accept = new(true);

    /// <param name="accepted">Gets the peer, or null and why there is none.</param>
    public SocketAcceptor(Socket socket, Action<Socket?, SocketError> accepted)
    {
        (_socket, _accepted) = (socket, accepted);
        _accept.Completed += (_, _) => OnAccepted();
    }

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

    public void Dispose() => _socket.Dispose();

    private void OnAccepted()
    {
        var error = _accept.SocketError;
        if (error == SocketError.OperationAborted) return;
        _accepted(error == SocketError.Success ? _accept.AcceptSocket : null, error);
    }
}
