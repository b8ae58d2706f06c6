using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Fabric.Ovsdb.Tests;

/// <summary>Debian's ovsdb-server on a Unix socket in a folder of its own.</summary>
internal sealed class RealServer : IServerPeer
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fabric-ovsdb-").FullName;
    private readonly Dictionary<int, Connection> _connections = [];
    private readonly Process _process;
    private int _barriers;

    public RealServer(params string[] schemaTexts)
    {
        var arguments = new List<string>
        {
            $"--remote=punix:{_folder}/db.sock", "--no-chdir", $"--unixctl={_folder}/ctl", "-vconsole:off", $"--log-file={_folder}/log",
        };
        foreach (var (index, schema) in schemaTexts.Index())
        {
            File.WriteAllText($"{_folder}/{index}.ovsschema", schema);
            using var tool = Start("ovsdb-tool", ["create", $"{_folder}/{index}.db", $"{_folder}/{index}.ovsschema"]);
            tool.WaitForExit();
            arguments.Add($"{_folder}/{index}.db");
        }
        _process = Start("ovsdb-server", arguments);
        try
        {
            // It fills "_Server" after the first clients may have come.
            using var first = ConnectFirst();
            for (int round = 0; round < 3; round++) first.Echo($"start-{round}");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string SocketPath => $"{_folder}/db.sock";

    public void Open(int session) => _connections[session] = new Connection(SocketPath);

    public void Close(int session)
    {
        _connections.Remove(session, out var connection);
        connection!.Dispose();
        // The end of a connection is noticed between other things.
        Thread.Sleep(20);
        Settle();
    }

    public void Send(int session, string bytes)
    {
        _connections[session].Send(Encoding.UTF8.GetBytes(bytes));
        Settle();
    }

    public void Advance(int ms)
    {
        Thread.Sleep(ms);
        Settle();
    }

    public Dictionary<int, List<string>> Collect() => _connections.ToDictionary(c => c.Key, c => c.Value.TakeMessages());

    public bool IsClosed(int session) => _connections[session].IsClosed;

    public void Dispose()
    {
        foreach (var connection in _connections.Values) connection.Dispose();
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>
    /// An echo on every session, one after the other, and again: when the answers are there, the server has passed its main loop often
    /// enough to have said everything that the last step caused.
    /// </summary>
    private void Settle()
    {
        for (int round = 0; round < 2; round++)
        {
            foreach (var connection in _connections.Values) connection.Echo($"barrier-{++_barriers}");
        }
    }

    private Connection ConnectFirst()
    {
        var limit = Stopwatch.StartNew();
        while (true)
        {
            Assert.False(_process.HasExited, "ovsdb-server does not start");
            try
            {
                return new Connection(SocketPath);
            }
            catch (SocketException) when (limit.Elapsed.TotalSeconds < 60)
            {
                // The socket's name comes before anybody listens to it.
                Thread.Sleep(5);
            }
        }
    }

    private static Process Start(string program, IEnumerable<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = false })!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException($"{program} is not installed (Debian package openvswitch-switch)", missing);
        }
    }

    private sealed class Connection : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 5000 };
        private readonly JsonFramer _framer = new(256 << 20);
        private readonly byte[] _buffer = new byte[1 << 16];
        private List<string> _messages = [];

        public Connection(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

        public bool IsClosed { get; private set; }

        public void Send(byte[] bytes)
        {
            try
            {
                _socket.Send(bytes);
            }
            catch (SocketException)
            {
                IsClosed = true;
            }
        }

        public void Echo(string id)
        {
            if (IsClosed) return;
            Send(Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","method":"echo","params":[]}"""));
            while (!IsClosed && !TakeUntil(id)) Receive();
        }

        public List<string> TakeMessages()
        {
            var taken = _messages;
            _messages = [];
            return taken;
        }

        public void Dispose() => _socket.Dispose();

        private bool TakeUntil(string id)
        {
            while (_framer.TryTake(out var text))
            {
                string message = Encoding.UTF8.GetString(text.Span);
                if (message.Contains($"\"{id}\"", StringComparison.Ordinal)) return true;
                _messages.Add(message);
            }
            return false;
        }

        private void Receive()
        {
            int size = 0;
            try
            {
                size = _socket.Receive(_buffer);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
            {
                // The server has closed with something of ours unread.
            }
            if (size == 0) IsClosed = true;
            _framer.Append(_buffer.AsSpan(0, size));
        }
    }
}
