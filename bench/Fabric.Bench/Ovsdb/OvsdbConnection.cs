using System.Net.Sockets;
using System.Text;

namespace Fabric.Bench.Ovsdb;

/// <summary>
/// One client connection of a load: raw bytes over a unix socket, and no more JSON than it takes to see where a message ends.
/// </summary>
internal sealed class OvsdbConnection : IDisposable
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _used;
    private int _scanned;
    private int _depth;
    private bool _inText;
    private bool _escaped;

    public OvsdbConnection(string path)
    {
        Socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Socket.Connect(new UnixDomainSocketEndPoint(path));
    }

    public Socket Socket { get; }

    public void Send(ReadOnlySpan<byte> request)
    {
        while (request.Length > 0) request = request[Socket.Send(request)..];
    }

    /// <summary>Sends and waits for the next message.</summary>
    public string Call(string request)
    {
        Send(Encoding.UTF8.GetBytes(request));
        return Next();
    }

    /// <summary>The next message as text.</summary>
    public string Next()
    {
        int length;
        while ((length = MessageSize()) == 0) Read();
        var text = Encoding.UTF8.GetString(_buffer, 0, length);
        Drop(length);
        return text;
    }

    /// <summary>Reads what there is and counts the whole messages in it.</summary>
    public int TakeMessages()
    {
        Read();
        var count = 0;
        for (int length; (length = MessageSize()) > 0; count++) Drop(length);
        return count;
    }

    public void Dispose() => Socket.Dispose();

    private void Read()
    {
        if (_used == _buffer.Length) Array.Resize(ref _buffer, 2 * _used);
        var read = Socket.Receive(_buffer, _used, _buffer.Length - _used, SocketFlags.None);
        if (read == 0) throw new IOException("the database server closed the connection");
        _used += read;
    }

    private int MessageSize()
    {
        while (_scanned < _used)
        {
            var b = _buffer[_scanned++];
            if (_inText)
            {
                if (_escaped) _escaped = false;
                else if (b == '\\') _escaped = true;
                else if (b == '"') _inText = false;
            }
            else if (b == '"')
            {
                _inText = true;
            }
            else if (b is (byte)'{' or (byte)'[')
            {
                _depth++;
            }
            else if (b is (byte)'}' or (byte)']' && --_depth == 0)
            {
                return _scanned;
            }
        }

        return 0;
    }

    private void Drop(int length)
    {
        _buffer.AsSpan(length, _used - length).CopyTo(_buffer);
        _used -= length;
        _scanned = 0;
    }
}
