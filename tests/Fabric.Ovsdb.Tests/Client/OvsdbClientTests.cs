using System.Text;

namespace Fabric.Ovsdb.Tests;

/// <summary>The client against our server: its copy is the database, whatever happens to the connection.</summary>
public sealed class OvsdbClientTests
{
    private readonly Database _database = new(Schemas.Parse(MonitoredSchema.Text), new Random(5));
    private readonly OvsdbServer _server = new(new OvsdbServerOptions { HistoryCount = 10 }, new Random(6));
    private readonly OvsdbClient _client = new(new OvsdbClientOptions("d", Lock: "the_lock"));
    private readonly ClientPipe _pipe;

    public OvsdbClientTests()
    {
        _server.AddDatabase(_database, 0);
        _pipe = new ClientPipe(_server, _client);
    }

    [Fact]
    public void A_client_starts_as_OVS_clients_do()
    {
        _pipe.Connect();
        Assert.Equal(["get_schema", "monitor_cond", "set_db_change_aware", "lock", "monitor_cond_since"], _pipe.Asked);
        Assert.True(_client.IsSynchronised && _client.OwnsLock);
        Assert.Equal([new ClientEvent.Locked(true)], _pipe.Events.OfType<ClientEvent.Locked>());
        Assert.Empty(Assert.Single(_pipe.Events.OfType<ClientEvent.Snapshot>()).Rows);
    }

    [Fact]
    public void The_changes_of_a_transaction_come_before_its_outcome()
    {
        _pipe.Connect();
        _pipe.Events.Clear();
        Transact("""[{"op":"insert","table":"root","row":{"name":"a","set":["set",[1,2]]}}]""", 7);
        Assert.Collection(_pipe.Events,
            e => Assert.Equal("a", Assert.Single(Assert.IsType<ClientEvent.Changed>(e).Changes).New!["name"].Text),
            e => Assert.Equal((7, null), (Assert.IsType<ClientEvent.Replied>(e).Cookie, ((ClientEvent.Replied)e).Error)));
        Transact("""[{"op":"insert","table":"root","row":{"name":"a"}}]""", 8);
        Assert.Contains("constraint violation", ((ClientEvent.Replied)_pipe.Events[^1]).Error, StringComparison.Ordinal);
        AssertCopied();
    }

    [Fact]
    public void What_was_missed_comes_as_a_difference_while_the_server_remembers_it_and_as_everything_after()
    {
        _pipe.Connect();
        Execute("""[{"op":"insert","table":"root","row":{"name":"a"}},{"op":"insert","table":"root","row":{"name":"b"}}]""");
        _pipe.Pump();
        foreach (int missed in new[] { 0, 3, 9, 10, 30 })
        {
            _pipe.Disconnect();
            _pipe.Events.Clear();
            for (int i = 0; i < missed; i++)
            {
                Execute("""[{"op":"mutate","table":"root","where":[["name","==","a"]],"mutations":[["r","+=",1],["set","insert",1]]}]""");
                Execute("""[{"op":"insert","table":"other","row":{"key":"x"}},{"op":"delete","table":"other","where":[]}]""");
            }
            _pipe.Connect();
            AssertCopied();
            var rows = _pipe.Events.OfType<ClientEvent.Snapshot>().SingleOrDefault()?.Rows;
            var changes = _pipe.Events.OfType<ClientEvent.Changed>().SelectMany(c => c.Changes).ToList();
            Assert.Equal(missed >= 10 ? 2 : null, rows?.Count);
            Assert.Equal(missed is > 0 and < 10 ? 1 : 0, changes.Count);
        }
    }

    [Fact]
    public void A_transaction_under_way_fails_with_the_connection_and_later_ones_at_once()
    {
        _pipe.Connect();
        _client.Transact("""[{"op":"comment","comment":"x"}]"""u8, 1);
        _pipe.Disconnect();
        _client.Transact("[]"u8, 2);
        Assert.True(_client.TryTakeEvent(out var refused));
        Assert.Equal("disconnected: cut", Assert.Single(_pipe.Events.OfType<ClientEvent.Replied>()).Error);
        Assert.Equal("not connected", Assert.IsType<ClientEvent.Replied>(refused).Error);
        Assert.False(_client.OwnsLock);
    }

    [Fact]
    public void A_lock_that_is_stolen_stops_transactions_until_it_comes_back()
    {
        _pipe.Connect();
        var thief = _server.Connect(new SessionOptions("thief"), 0);
        thief.Receive("""{"id":1,"method":"steal","params":["the_lock"]}"""u8, 0);
        _pipe.Pump();
        Transact("[]", 1);
        Assert.Equal("lock the_lock is not owned", ((ClientEvent.Replied)_pipe.Events[^1]).Error);
        thief.Close("done");
        _pipe.Pump();
        Transact("[]", 2);
        Assert.Null(((ClientEvent.Replied)_pipe.Events[^1]).Error);
        Assert.Equal([true, false, true], _pipe.Events.OfType<ClientEvent.Locked>().Select(l => l.IsOwner));
    }

    [Fact]
    public void A_lock_of_somebody_else_is_told_and_waited_for()
    {
        var owner = _server.Connect(new SessionOptions("owner"), 0);
        owner.Receive("""{"id":1,"method":"lock","params":["the_lock"]}"""u8, 0);
        _pipe.Connect();
        Assert.True(_client is { IsSynchronised: true, OwnsLock: false });
        owner.Close("done");
        _pipe.Pump();
        _pipe.Disconnect();
        Assert.Equal([false, true], _pipe.Events.OfType<ClientEvent.Locked>().Select(l => l.IsOwner));
    }

    [Theory]
    [InlineData("get_schema [\"_Server\"]", "monitor_cond")]
    [InlineData("monitor_cond", "monitor")]
    [InlineData("monitor_cond_since", "monitor_cond")]
    [InlineData("monitor_cond_since monitor_cond", "monitor")]
    public void An_older_server_is_asked_in_older_ways(string refused, string used)
    {
        if (refused.StartsWith("get", StringComparison.Ordinal)) _pipe.Refused.Add(refused);
        else _pipe.Refused.UnionWith(refused.Split(' '));
        Execute("""[{"op":"insert","table":"root","row":{"name":"before","map":["map",[["k","v"]]]}}]""");
        _pipe.Connect();
        AssertCopied();
        Assert.Equal(used, _pipe.Asked.Last(m => m.StartsWith("monitor", StringComparison.Ordinal)));
        Execute("""[{"op":"update","table":"root","where":[],"row":{"map":["map",[["k","w"],["l","x"]]],"n":3}}]""");
        _pipe.Pump();
        AssertCopied();
        Execute("""[{"op":"delete","table":"root","where":[]}]""");
        _pipe.Pump();
        AssertCopied();
    }

    [Fact]
    public void A_database_that_is_not_served_yet_is_waited_for()
    {
        var server = new OvsdbServer(new OvsdbServerOptions(), new Random(7));
        var client = new OvsdbClient(new OvsdbClientOptions("d", new Dictionary<string, IReadOnlyList<string>> { ["root"] = ["name"] }));
        var pipe = new ClientPipe(server, client);
        pipe.Connect();
        Assert.False(client.IsSynchronised);
        server.AddDatabase(_database, 0);
        pipe.Connect();
        Assert.True(client.IsSynchronised);
        Execute("""[{"op":"insert","table":"root","row":{"name":"a","n":1}},{"op":"insert","table":"other","row":{"key":"x"}}]""", server);
        pipe.Pump();
        var row = Assert.Single(client.Replica!.AllRows);
        Assert.Equal(("a", true), (row["name"].Text, row["n"].IsEmpty));
        Assert.True(server.RemoveDatabase("d", 0));
        pipe.Pump();
        Assert.NotNull(client.Failure);
    }

    [Fact]
    public void A_server_that_does_not_answer_is_given_up()
    {
        var client = new OvsdbClient(new OvsdbClientOptions("d", ProbeIntervalMs: 1000));
        client.Connected(0);
        byte[] buffer = new byte[1000];
        client.TakeOutput(buffer);
        Assert.Equal(1000, client.DueMs);
        client.Tick(1000);
        Assert.Contains("echo", Encoding.UTF8.GetString(buffer, 0, client.TakeOutput(buffer)), StringComparison.Ordinal);
        client.Tick(1999);
        Assert.Null(client.Failure);
        client.Tick(2000);
        Assert.Equal("no response to inactivity probe after 1000 ms", client.Failure);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("""{"id":1,"result":{},"error":null}{"id":2,"result":5,"error":null}""")]
    [InlineData("""{"id":1,"result":{},"error":null}{"id":2,"result":{"Database":{"x":{}}},"error":null}""")]
    [InlineData("""{"id":1,"error":{},"result":null}{"id":2,"result":{"name":1},"error":null}""")]
    [InlineData("""{"id":1,"error":{},"result":null}{"id":2,"error":{"error":"unknown database"},"result":null}""")]
    public void Wrong_answers_end_the_connection(string answers)
    {
        _client.Connected(0);
        _client.Receive(Encoding.UTF8.GetBytes(answers), 0);
        Assert.NotNull(_client.Failure);
    }

    [Fact]
    public void Random_transactions_and_cuts_leave_the_copy_equal()
    {
        int seed = Seeds.Number ?? 1;
        var random = new RandomScript(new Random(seed));
        _pipe.Connect();
        bool isConnected = true;
        for (int step = 0; step < 400; step++)
        {
            Execute($"[{random.Operations()}]");
            if (random.Next(6) == 0)
            {
                if (isConnected) _pipe.Disconnect();
                else _pipe.Connect();
                isConnected = !isConnected;
            }
            if (!isConnected) continue;
            _pipe.Pump();
            AssertCopied($"FABRIC_SEED={seed}, step {step}");
        }
    }

    private void Execute(string operations, OvsdbServer? server = null) =>
        (server ?? _server).Execute("d", Encoding.UTF8.GetBytes(operations), 0);

    private void Transact(string operations, long cookie)
    {
        _client.Transact(Encoding.UTF8.GetBytes(operations), cookie);
        _pipe.Pump();
    }

    private void AssertCopied(string where = "")
    {
        Assert.Null(_client.Failure);
        static string Text(IEnumerable<Row> rows) => string.Join('\n', rows.OrderBy(r => r.Id)
            .Select(r => $"{r.Table.Name} {r.Id} {string.Join(' ', r.Table.OwnColumns.OrderBy(c => c.Name).Select(c => $"{c}={r[c]}"))}"));
        Assert.True(Text(_database.Tables.SelectMany(t => t.Rows)) == Text(_client.Replica!.AllRows), where);
    }
}
