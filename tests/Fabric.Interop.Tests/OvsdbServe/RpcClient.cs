using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Fabric.Interop.Tests;

/// <summary>A client that sends what it is told to, byte for byte, and takes JSON texts apart.</summary>
internal sealed class RpcClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly byte[] _chunk = new byte[64 * 1024];
    private readonly List<byte> _text = [];
    private readonly Queue<byte> _read = new();
    private int _depth;
    private bool _inString;
    private bool _escaped;

    private RpcClient(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    public static RpcClient Unix(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return new RpcClient(socket);
    }

    public static RpcClient Tcp(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect("127.0.0.1", port);
        return new RpcClient(socket);
    }

    public async Task SendAsync(string text) => await Socket.SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task<JsonElement> CallAsync(string request)
    {
        await SendAsync(request);
        return await NextAsync() ?? throw new IOException("the server closed the connection");
    }

    /// <summary>The next text; null when the server has closed the connection.</summary>
    public async Task<JsonElement?> NextAsync(TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? Patience);
        while (true)
        {
            while (_read.TryDequeue(out var b))
            {
                if (!Ends(b)) continue;
                using var json = JsonDocument.Parse(_text.ToArray());
                _text.Clear();
                return json.RootElement.Clone();
            }

            int size;
            try
            {
                size = await Socket.ReceiveAsync(_chunk, limit.Token);
            }
            catch (SocketException)
            {
                return null;
            }

            if (size == 0) return null;
            foreach (var b in _chunk.AsSpan(0, size)) _read.Enqueue(b);
        }
    }

    public void Dispose() => Socket.Dispose();

    private bool Ends(byte b)
    {
        _text.Add(b);
        if (_inString)
        {
            if (_escaped) _escaped = false;
            else if (b == '\\') _escaped = true;
            else if (b == '"') _inString = false;
            return false;
        }

        if (b == '"') _inString = true;
        else if (b is (byte)'{' or (byte)'[') _depth++;
        else if (b is (byte)'}' or (byte)']') return --_depth == 0;
        return false;
    }
}
