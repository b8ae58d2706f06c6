using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Fabric.Interop.Tests;

/// <summary>Debian's ovsdb-server with one database, asked over its socket.</summary>
internal sealed class StockDatabase : IAsyncDisposable
{
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 2000 };

    private readonly DirectoryInfo _folder;
    private readonly Tool _server;
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[1 << 22];
    private readonly string _name;
    private int _count;
    private int _requests;

    private StockDatabase(DirectoryInfo folder, Tool server, Socket socket, string name) =>
        (_folder, _server, _socket, _name) = (folder, server, socket, name);

    public string File => Path.Combine(_folder.FullName, "db");

    public static async Task<StockDatabase> StartAsync(string schemaFile, string name)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fabric-ovsdb");
        string file = Path.Combine(folder.FullName, "db"), path = Path.Combine(folder.FullName, "s");
        (await Tool.RunAsync("ovsdb-tool", "create", file, schemaFile)).Expect(0);
        Tool server = Tool.Start("ovsdb-server", $"--remote=punix:{path}", $"--unixctl={Path.Combine(folder.FullName, "ctl")}", file);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var database = new StockDatabase(folder, server, socket, name);
        try
        {
            for (int i = 0; !Sockets.IsListening(path) && i < 3_000 && !server.HasExited; i++) await Task.Delay(20);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
            return database;
        }
        catch (SocketException)
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>The result of a transaction, given the text of its operations.</summary>
    public string Transact(string operations) => Transact(Encoding.UTF8.GetBytes(operations));

    public string Transact(ReadOnlySpan<byte> operations)
    {
        ReadOnlySpan<byte> rest = operations[1..];
        string start = string.Create(CultureInfo.InvariantCulture,
            $"{{\"id\":{++_requests},\"method\":\"transact\",\"params\":[\"{_name}\"");
        _socket.Send([.. Encoding.UTF8.GetBytes(start), .. rest is [(byte)']'] ? ""u8 : ","u8, .. rest, (byte)'}']);
        while (true)
        {
            using JsonDocument message = Receive(start);
            JsonElement root = message.RootElement;
            if (root.TryGetProperty("method", out _)) continue;
            Assert.Equal(_requests, root.GetProperty("id").GetInt32());
            JsonElement error = root.GetProperty("error");
            return (error.ValueKind == JsonValueKind.Null ? root.GetProperty("result") : error).GetRawText();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private JsonDocument Receive(string request)
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(0, _count), isFinalBlock: false, new JsonReaderState(Deep));
            if (_count > 0 && JsonDocument.TryParseValue(ref reader, out JsonDocument? message))
            {
                int used = (int)reader.BytesConsumed;
                JsonDocument copy = JsonDocument.Parse(_buffer.AsSpan(0, used).ToArray(), new JsonDocumentOptions { MaxDepth = 2000 });
                message.Dispose();
                _buffer.AsSpan(used, _count - used).CopyTo(_buffer);
                _count -= used;
                return copy;
            }

            int received = _socket.Receive(_buffer.AsSpan(_count));
            Assert.True(received > 0, $"ovsdb-server closed the connection after request {request}");
            _count += received;
        }
    }
}
