using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Fabric.Interop.Tests;

/// <summary>One connection to a daemon's control socket: what <c>ovs-appctl</c> asks, without a process for every question.</summary>
internal sealed class ControlSocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };
    private readonly byte[] _chunk = new byte[64 * 1024];
    private int _id;

    private ControlSocket(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

    /// <summary>To ovs-vswitchd in this run directory.</summary>
    public static ControlSocket Open(string folder) => new(Directory.GetFiles(folder, "ovs-vswitchd.*.ctl").Single());

    /// <summary>The answer, an error's text too.</summary>
    public string Ask(string method, params string[] arguments)
    {
        _socket.Send(JsonSerializer.SerializeToUtf8Bytes(new { id = ++_id, method, @params = arguments }));
        var text = new StringBuilder();
        while (true)
        {
            var size = _socket.Receive(_chunk);
            if (size == 0) throw new IOException($"the daemon closed its control socket at {method}");
            text.Append(Encoding.UTF8.GetString(_chunk, 0, size));
            // An answer is one object; until it is whole it does not parse.
            if (text[^1] is not ('}' or '\n')) continue;
            try
            {
                using var answer = JsonDocument.Parse(text.ToString());
                var error = answer.RootElement.GetProperty("error");
                return error.ValueKind == JsonValueKind.Null ? answer.RootElement.GetProperty("result").GetString()! : error.GetString()!;
            }
            catch (JsonException)
            {
                // Not all is there yet.
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
