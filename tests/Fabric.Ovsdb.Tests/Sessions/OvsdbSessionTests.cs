namespace Fabric.Ovsdb.Tests;

/// <summary>Properties of <see cref="OvsdbSession"/> and <see cref="OvsdbServer"/> by number, where ovsdb-server is no measure.</summary>
public sealed class OvsdbSessionTests
{
    private const string Insert = """{"id":1,"method":"transact","params":["d",{"op":"insert","table":"root","row":{"name":"a"}}]}""";
    private const string Select =
        """{"id":2,"method":"transact","params":["d",{"op":"select","table":"root","where":[],"columns":["name"]}]}""";
    private const string Watch = """{"id":3,"method":"monitor_cond","params":["d","m",{"root":[{"columns":["name","map"]}]}]}""";

    [Fact]
    public void Nothing_that_was_made_at_or_after_a_commit_leaves_before_it_is_durable()
    {
        var fixture = new ServerFixture();
        var (writer, watcher, reader, early) = (fixture.Connect(), fixture.Connect(), fixture.Connect(), fixture.Connect());
        ServerFixture.Send(watcher, Watch);
        Assert.Single(ServerFixture.Take(watcher));
        ServerFixture.Send(early, Select);
        ServerFixture.Send(writer, Watch + Insert);
        Assert.Single(ServerFixture.Take(writer));
        ServerFixture.Send(reader, Select);
        fixture.TakeReady();

        Assert.All(new[] { writer, watcher, reader }, s => Assert.Empty(ServerFixture.Take(s)));
        Assert.Contains("\"rows\":[]", Assert.Single(ServerFixture.Take(early)), StringComparison.Ordinal);
        Assert.True(fixture.Server.TryTakeCommit(out var commit));
        Assert.Equal(1, commit.Sequence);
        Assert.False(fixture.Server.TryTakeCommit(out _));

        fixture.Server.Durable(commit.Sequence);
        Assert.Equal([writer, watcher, reader], fixture.TakeReady());
        Assert.Collection(ServerFixture.Take(writer),
            m => Assert.StartsWith("""{"id":null,"method":"update2","params":["m",{"root":{""", m, StringComparison.Ordinal),
            m => Assert.StartsWith("""{"id":1,"result":[{"uuid":""", m, StringComparison.Ordinal));
        Assert.StartsWith("""{"id":null,"method":"update2",""", Assert.Single(ServerFixture.Take(watcher)), StringComparison.Ordinal);
        Assert.Contains("""[{"name":"a"}]""", Assert.Single(ServerFixture.Take(reader)), StringComparison.Ordinal);
    }

    [Fact]
    public void Commits_are_released_up_to_the_durable_one()
    {
        var fixture = new ServerFixture();
        var session = fixture.Connect();
        for (int i = 0; i < 5; i++) ServerFixture.Send(session, Insert.Replace("\"a\"", $"\"a{i}\"", StringComparison.Ordinal));
        Assert.Equal(5, fixture.Server.Committed);
        fixture.Server.Durable(2);
        Assert.Equal(2, ServerFixture.Take(session).Count);
        fixture.Server.Durable(1);
        Assert.Empty(ServerFixture.Take(session));
        fixture.Server.Durable(5);
        Assert.Equal(3, ServerFixture.Take(session).Count);
    }

    [Fact]
    public void Fifty_sessions_that_watch_the_same_share_one_monitor_and_its_bytes()
    {
        var fixture = new ServerFixture();
        var sessions = Enumerable.Range(0, 50).Select(_ => fixture.Connect()).ToList();
        foreach (var session in sessions) ServerFixture.Send(session, Watch);
        foreach (var session in sessions) Assert.Single(ServerFixture.Take(session));
        Assert.Equal(1, fixture.Server.Find("d")!.MonitorCount);

        string large = new('x', 1_000_000);
        var writer = fixture.Connect();
        long before = GC.GetAllocatedBytesForCurrentThread();
        ServerFixture.Send(writer, Insert.Replace("\"a\"", $"\"{large}\"", StringComparison.Ordinal));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000_000, "an update was encoded more than once");
        fixture.MakeDurable();
        foreach (var session in sessions) Assert.True(Assert.Single(ServerFixture.Take(session)).Length > large.Length);

        ServerFixture.Send(sessions[0], """{"id":4,"method":"monitor_cond_change","params":["m","m",{"root":[{"where":[false]}]}]}""");
        Assert.Equal(2, fixture.Server.Find("d")!.MonitorCount);
        foreach (var session in sessions) session.Close("done");
        Assert.Equal(0, fixture.Server.Find("d")!.MonitorCount);
    }

    [Fact]
    public void A_peer_that_asks_and_does_not_read_waits_and_gets_everything_when_it_reads()
    {
        var fixture = new ServerFixture(new OvsdbServerOptions { PauseUnsentSize = 10_000 });
        var (session, other) = (fixture.Connect(), fixture.Connect());
        string question = """{"id":7,"method":"get_schema","params":["d"]}""";
        ServerFixture.Send(session, string.Concat(Enumerable.Repeat(question, 1000)));
        Assert.False(session.WantsInput);
        Assert.InRange(session.UnsentSize, 10_000, 20_000);
        ServerFixture.Send(other, question);
        Assert.Single(ServerFixture.Take(other));
        Assert.Equal(1000, ServerFixture.Take(session).Count);
        Assert.True(session.WantsInput);
        Assert.False(session.IsClosed);
    }

    [Fact]
    public void A_watcher_that_does_not_read_is_closed_at_the_bound_and_nobody_else_notices()
    {
        var fixture = new ServerFixture();
        var (deaf, watcher, writer) = (fixture.Connect(), fixture.Connect(), fixture.Connect());
        ServerFixture.Send(deaf, Watch);
        ServerFixture.Send(watcher, Watch);
        string large = new('x', 1_000_000);
        for (int i = 0; i < 16; i++)
        {
            Write(i);
            Assert.False(deaf.IsClosed);
        }
        Write(16);
        Assert.Equal("more than 16777216 bytes are unsent: the peer does not read", deaf.CloseReason);
        Assert.Equal(0, deaf.UnsentSize);
        Assert.Contains(deaf, fixture.TakeReady());
        Write(17);
        Assert.DoesNotContain(deaf, fixture.Server.Sessions);

        void Write(int i)
        {
            ServerFixture.Send(writer, Insert.Replace("\"a\"", $"\"{i}{large}\"", StringComparison.Ordinal));
            fixture.MakeDurable();
            Assert.Single(ServerFixture.Take(writer));
            Assert.NotEmpty(ServerFixture.Take(watcher));
        }
    }

    [Fact]
    public void A_reply_may_be_larger_than_the_bound()
    {
        var fixture = new ServerFixture(new OvsdbServerOptions { MaxUnsentSize = 100_000 });
        var session = fixture.Connect();
        ServerFixture.Send(session, Insert.Replace("\"a\"", $"\"{new string('x', 300_000)}\"", StringComparison.Ordinal));
        fixture.MakeDurable();
        Assert.Single(ServerFixture.Take(session));
        ServerFixture.Send(session, Watch);
        Assert.True(session.UnsentSize > 300_000);
        Assert.Single(ServerFixture.Take(session));
        Assert.False(session.IsClosed);
    }

    [Fact]
    public void A_message_beyond_the_limit_ends_the_session()
    {
        var fixture = new ServerFixture();
        var session = fixture.Connect();
        ServerFixture.Send(session, """{"id":1,"method":"echo","params":["fits"]}{"id":2,"method":"echo","params":[" """);
        byte[] chunk = new byte[1 << 20];
        Array.Fill(chunk, (byte)'x');
        for (int i = 0; i < 1024 && !session.IsClosed; i++) session.Receive(chunk, 0);
        Assert.Equal("error parsing stream: a message exceeds 16777216 bytes", session.CloseReason);
        Assert.Single(ServerFixture.Take(session));
        Assert.Empty(fixture.Server.Sessions);
    }

    [Fact]
    public void A_silent_peer_is_asked_and_given_up()
    {
        var fixture = new ServerFixture();
        var (silent, alive) = (fixture.Connect(5000), fixture.Connect(5000));
        Assert.Equal(5000, fixture.Server.DueMs);
        fixture.Server.Tick(5000);
        Assert.Equal(["""{"id":"echo","method":"echo","params":[]}"""], ServerFixture.Take(silent));
        ServerFixture.Send(alive, """{"id":"echo","result":[],"error":null}""", 6000);
        fixture.Server.Tick(10_000);
        Assert.Equal("no response to inactivity probe after 5000 ms", silent.CloseReason);
        Assert.False(alive.IsClosed);
        Assert.Equal(11_000, fixture.Server.DueMs);
    }

    [Fact]
    public void A_session_that_ends_leaves_nothing_behind()
    {
        var fixture = new ServerFixture();
        var (session, heir) = (fixture.Connect(), fixture.Connect());
        ServerFixture.Send(session, Watch + """
            {"id":5,"method":"lock","params":["l"]}
            {"id":6,"method":"transact","params":["d",{"op":"wait","timeout":1000,"table":"root","where":[],"columns":["name"],"until":"==",
             "rows":[{"name":"z"}]}]}
            """);
        ServerFixture.Send(heir, """{"id":1,"method":"lock","params":["l"]}""");
        Assert.Equal((1, 1, 1000), (session.MonitorCount, session.WaitingCount, (int)fixture.Server.DueMs));
        session.Close("gone");
        Assert.Equal((0, 0, long.MaxValue), (session.MonitorCount, session.WaitingCount, fixture.Server.DueMs));
        Assert.Equal(0, fixture.Server.Find("d")!.MonitorCount);
        Assert.Equal("""{"id":null,"method":"locked","params":["l"]}""", ServerFixture.Take(heir)[1]);
        ServerFixture.Send(session, Select);
        Assert.Empty(ServerFixture.Take(session));
    }

    [Fact]
    public void A_database_that_comes_or_goes_ends_sessions_that_are_not_aware_of_it()
    {
        var fixture = new ServerFixture();
        var (aware, unaware) = (fixture.Connect(), fixture.Connect());
        ServerFixture.Send(aware, """{"id":1,"method":"set_db_change_aware","params":[true]}""" + Watch);
        ServerFixture.Take(aware);
        Assert.True(fixture.Server.RemoveDatabase("d", 0));
        Assert.Equal("removing d database", unaware.CloseReason);
        Assert.Equal(["""{"id":null,"method":"monitor_canceled","params":["m"]}"""], ServerFixture.Take(aware));
        Assert.Equal(["_Server"], fixture.Server.DatabaseNames);
        fixture.Server.AddDatabase(fixture.Database, 0);
        ServerFixture.Send(aware, Watch);
        Assert.Contains("\"result\":{}", Assert.Single(ServerFixture.Take(aware)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_read_only_session_reads()
    {
        var fixture = new ServerFixture();
        var session = fixture.Server.Connect(new SessionOptions("reader", IsReadOnly: true), 0);
        ServerFixture.Send(session, Select + Insert + """{"id":4,"method":"lock","params":["l"]}""");
        var answers = ServerFixture.Take(session);
        Assert.Contains("\"rows\":[]", answers[0], StringComparison.Ordinal);
        Assert.Contains("insert operation not allowed when database server is in read only mode", answers[1], StringComparison.Ordinal);
        Assert.Contains("lock and unlock methods not allowed, DB server is read only.", answers[2], StringComparison.Ordinal);
    }
}
