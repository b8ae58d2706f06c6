using System.Net.Sockets;
using System.Text;

namespace Fabric.Ovsdb.Tests;

/// <summary>The client against Debian's ovsdb-server.</summary>
public sealed class RealServerClientTests : IDisposable
{
    private readonly RealServer _server = new(MonitoredSchema.Text);
    private readonly OvsdbClient _client = new(new OvsdbClientOptions("d", Lock: "l"));
    private readonly List<ClientEvent> _events = [];
    private readonly byte[] _buffer = new byte[1 << 16];
    private Socket? _socket;

    public void Dispose()
    {
        _socket?.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void The_copy_follows_the_database_over_connections()
    {
        Connect();
        Until(() => _client.IsSynchronised && _client.OwnsLock);
        Transact("""
            [{"op":"insert","table":"root","row":{"name":"a","set":["set",[1,2]],"map":["map",[["k","v"],["l","w"]]],
              "leaves":["named-uuid","x"]}},{"op":"insert","table":"leaf","uuid-name":"x","row":{"text":"t"}}]
            """);
        Transact("""
            [{"op":"mutate","table":"root","where":[],"mutations":[["set","insert",3],["map","delete",["set",["k"]]],["r","+=",1]]}]
            """);
        var row = Assert.Single(_client.Replica!.Rows("root").Values);
        Assert.Equal("a [1, 2, 3] {l=w} 1", $"{row["name"].Text} {row["set"]} {row["map"]} {row["r"]}");
        Assert.Equal("t", _client.Replica.Rows("leaf")[row["leaves"].Uuid!.Value]["text"].Text);

        _socket!.Dispose();
        _client.Disconnected("cut");
        _events.Clear();
        Connect();
        Until(() => _client.IsSynchronised && _client.OwnsLock);
        Assert.Equal(2, Assert.Single(_events.OfType<ClientEvent.Snapshot>()).Rows.Count);
        Transact("""[{"op":"delete","table":"root","where":[]}]""");
        Assert.Empty(_client.Replica.AllRows);
    }

    private void Connect()
    {
        _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        _socket.Connect(new UnixDomainSocketEndPoint(_server.SocketPath));
        _client.Connected(0);
    }

    private void Transact(string operations)
    {
        int outcomes = _events.OfType<ClientEvent.Replied>().Count();
        _client.Transact(Encoding.UTF8.GetBytes(operations), 1);
        Until(() => _events.OfType<ClientEvent.Replied>().Count() > outcomes);
        Assert.Null(_events.OfType<ClientEvent.Replied>().Last().Error);
    }

    private void Until(Func<bool> isReached)
    {
        for (; !isReached(); Take())
        {
            for (int size; (size = _client.TakeOutput(_buffer)) > 0;) _socket!.Send(_buffer.AsSpan(0, size));
            _client.Receive(_buffer.AsSpan(0, _socket!.Receive(_buffer)), 0);
            Assert.Null(_client.Failure);
        }
    }

    private void Take()
    {
        while (_client.TryTakeEvent(out var happened)) _events.Add(happened);
    }
}
