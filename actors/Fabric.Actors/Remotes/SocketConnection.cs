using System.Net.Sockets;
using Akka.Actor;

namespace Fabric.Actors;

/// <summary>A plain stream socket, unix or TCP. Sending costs one system call in the owner's turn unless the peer is slow.</summary>
internal class SocketConnection : PeerConnection
{
    private readonly Socket _socket;
    private SocketAsyncEventArgs? _receive;
    private SocketAsyncEventArgs? _send;

    public SocketConnection(IActorRef owner, string name, Socket socket) : base(owner, name)
    {
        _socket = socket;
        _socket.Blocking = false;
    }

    protected Socket Socket => _socket;

    public override void Send(ReadOnlySpan<byte> bytes)
    {
        var sent = 0;
        while (sent < bytes.Length)
        {
            int size;
            SocketError error;
            try
            {
                size = _socket.Send(bytes[sent..], SocketFlags.None, out error);
            }
            catch (ObjectDisposedException)
            {
                return;
            }

            if (error == SocketError.Success)
            {
                sent += size;
                continue;
            }

            if (error is SocketError.WouldBlock) SendLater(bytes[sent..]);
            else TellClosed(ErrorWords.Of(error));
            return;
        }
    }

    protected override void ReceiveInto(byte[] buffer)
    {
        if (_receive is null)
        {
            _receive = new SocketAsyncEventArgs(true);
            _receive.Completed += (_, _) => OnReceived();
        }

        try
        {
            _receive.SetBuffer(buffer, 0, buffer.Length);
            if (!_socket.ReceiveAsync(_receive)) OnReceived();
        }
        catch (ObjectDisposedException)
        {
            // Closed by its owner, who expects nothing more.
        }
    }

    protected override void Close() => _socket.Dispose();

    private void SendLater(ReadOnlySpan<byte> rest)
    {
        IsSending = true;
        if (_send is null)
        {
            _send = new SocketAsyncEventArgs(true);
            _send.Completed += (_, _) => OnSent();
        }

        try
        {
            _send.SetBuffer(rest.ToArray(), 0, rest.Length);
            if (!_socket.SendAsync(_send)) OnSent();
        }
        catch (ObjectDisposedException)
        {
            // As above.
        }
    }

    private void OnReceived()
    {
        if (_receive!.SocketError == SocketError.Success) TellReceived(_receive.BytesTransferred);
        else TellClosed(ErrorWords.Of(_receive.SocketError));
    }

    /// <summary>A stream socket's asynchronous send ends when all is sent.</summary>
    private void OnSent()
    {
        _send!.SetBuffer(null, 0, 0);
        if (_send.SocketError == SocketError.Success) TellSent();
        else TellClosed(ErrorWords.Of(_send.SocketError));
    }
}
