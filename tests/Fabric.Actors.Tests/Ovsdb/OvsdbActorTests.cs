using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.TestKit.Xunit2;
using Fabric.Actors.Protocol;
using Fabric.Ovsdb;

namespace Fabric.Actors.Tests;

/// <summary>The database's actor by its messages, with the journal in memory and with files.</summary>
public sealed class OvsdbActorTests : TestKit
{
    private const string SchemaText =
        """
        {"name":"Shop","version":"1.0.0","tables":{"Item":{"isRoot":true,"columns":{
         "name":{"type":"string"},"count":{"type":"integer"},"seen":{"type":"boolean","ephemeral":true}}}}}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("fabric-ovsdb-actor-").FullName;
    private int _server;

    public OvsdbActorTests()
        : base(ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }"))
    {
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_follows_gets_a_snapshot_and_then_each_commit_before_its_answer(bool isFile)
    {
        var ovsdb = Start(Settings(isFile));
        Write(ovsdb, Insert("apple", 1));
        ovsdb.Tell(new SubscribeDatabase("Shop"));
        var snapshot = ExpectMsg<DatabaseSnapshot>(Patience);
        Assert.Equal(["apple"], snapshot.Rows["Item"].Select(r => r["name"].Text));
        ovsdb.Tell(new WriteDatabase(Bytes(Insert("pear", 2)), 7, "Shop"));
        var changed = ExpectMsg<DatabaseChanged>(Patience);
        Assert.Equal(snapshot.CommitNumber + 1, changed.Commit.Number);
        Assert.Equal("pear", Assert.Single(changed.Commit.Changes).New!["name"].Text);
        var written = ExpectMsg<DatabaseWritten>(Patience);
        Assert.Equal((7L, null), (written.Cookie, written.Error));
    }

    [Fact]
    public void A_transaction_that_fails_is_answered_with_its_error_and_changes_nothing()
    {
        var ovsdb = Start(Settings(isFile: false));
        ovsdb.Tell(new SubscribeDatabase("Shop"));
        ExpectMsg<DatabaseSnapshot>(Patience);
        ovsdb.Tell(new WriteDatabase(Bytes("""[{"op":"insert","table":"Item","row":{"count":"many"}}]"""), 1, "Shop"));
        Assert.StartsWith("syntax error", Strip(ExpectMsg<DatabaseWritten>(Patience).Error!), StringComparison.Ordinal);
        ovsdb.Tell(new WriteDatabase(Bytes("[]"), 2, "Shelf"));
        Assert.Equal("no database named Shelf", ExpectMsg<DatabaseWritten>(Patience).Error);
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_restart_brings_back_what_was_acknowledged_but_for_ephemeral_columns(bool isFile)
    {
        var settings = Settings(isFile);
        var ovsdb = Start(settings);
        for (var i = 0; i < 50; i++) Write(ovsdb, Insert($"item{i}", i));
        Write(ovsdb, """[{"op":"update","table":"Item","where":[["name","==","item3"]],"row":{"count":33,"seen":true}}]""");
        Write(ovsdb, """[{"op":"delete","table":"Item","where":[["count","<",3]]}]""");
        Stop(ovsdb);

        var again = Start(settings);
        again.Tell(new SubscribeDatabase("Shop"));
        var rows = ExpectMsg<DatabaseSnapshot>(Patience).Rows["Item"];
        Assert.Equal(47, rows.Count);
        var third = rows.Single(r => r["name"].Text == "item3");
        Assert.Equal((33L, false), (third["count"].Integer, third["seen"].Boolean));
    }

    [Fact]
    public void A_part_that_fails_comes_back_with_its_database()
    {
        var settings = Settings(isFile: true);
        var ovsdb = Start(settings);
        Write(ovsdb, Insert("apple", 1));
        ovsdb.Tell(new LogFailed(null, new IOException("no room")));
        ovsdb.Tell(new SubscribeDatabase("Shop"));
        Assert.Equal(["apple"], ExpectMsg<DatabaseSnapshot>(Patience).Rows["Item"].Select(r => r["name"].Text));
    }

    [Fact]
    public void Messages_that_are_worked_on_in_one_turn_share_one_event()
    {
        var settings = Settings(isFile: false);
        var ovsdb = Sys.ActorOf(OvsdbActor.Props(settings, FabricClock.System), $"ovsdb{++_server}");
        // Told before the journal is read, they wait together.
        for (var i = 0; i < 500; i++) ovsdb.Tell(new WriteDatabase(Bytes(Insert($"item{i}", i)), i, "Shop"));
        for (var i = 0; i < 500; i++) Assert.Equal(i, ExpectMsg<DatabaseWritten>(Patience).Cookie);
        Sys.ActorOf(Props.Create(() => new EventCounter($"ovsdb-{settings.Name}-Shop", TestActor)));
        Assert.InRange(ExpectMsg<int>(Patience), 1, 10);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_log_that_has_grown_is_replaced_by_an_image_while_commits_go_on(bool isFile)
    {
        var settings = Settings(isFile) with { CompactFromSize = 20_000 };
        var ovsdb = Start(settings);
        Write(ovsdb, Insert("apple", 0));
        for (var i = 1; i <= 4_000; i++)
            ovsdb.Tell(new WriteDatabase(
                Bytes(
                    $$$"""
                    [{"op":"update","table":"Item","where":[["name","==","apple"]],"row":{"count":{{{i}}}}},
                    {"op":"comment","comment":"{{{new string('c', 200)}}}"}]
                    """),
                i, "Shop"));
        for (var i = 1; i <= 4_000; i++) Assert.Null(ExpectMsg<DatabaseWritten>(Patience).Error);
        if (isFile) AwaitCondition(() => new FileInfo(settings.Databases[0].Path!).Length < 400_000, Patience);
        Stop(ovsdb);
        var again = Start(settings);
        again.Tell(new SubscribeDatabase("Shop"));
        Assert.Equal(4_000, ExpectMsg<DatabaseSnapshot>(Patience).Rows["Item"].Single()["count"].Integer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_asks_for_the_disk_is_answered_behind_those_who_did_not(bool isFile)
    {
        var settings = Settings(isFile);
        var ovsdb = Start(settings);
        for (var i = 0; i < 20; i++)
        {
            var operations = Insert($"item{i}", i);
            if (i % 3 == 0) operations = operations[..^1] + """,{"op":"commit","durable":true}]""";
            ovsdb.Tell(new WriteDatabase(Bytes(operations), i, "Shop"));
        }

        for (var i = 0; i < 20; i++)
        {
            var written = ExpectMsg<DatabaseWritten>(Patience);
            Assert.Equal((i, null), (written.Cookie, written.Error));
        }

        Stop(ovsdb);
        var again = Start(settings);
        again.Tell(new SubscribeDatabase("Shop"));
        Assert.Equal(20, ExpectMsg<DatabaseSnapshot>(Patience).Rows["Item"].Count);
    }

    [Fact]
    public void A_second_server_waits_until_the_first_lets_go_of_the_file()
    {
        var settings = Settings(isFile: true) with { WaitsForFiles = true };
        var first = Start(settings);
        Write(first, Insert("apple", 1));
        var second = Sys.ActorOf(OvsdbActor.Props(settings, FabricClock.System), "second");
        second.Tell(new SubscribeDatabase("Shop"));
        ExpectNoMsg(TimeSpan.FromMilliseconds(300));
        Stop(first);
        Assert.Single(ExpectMsg<DatabaseSnapshot>(Patience).Rows["Item"]);
    }

    [Fact]
    public void A_file_that_is_no_database_and_one_that_is_missing_are_named()
    {
        var file = Path.Combine(_folder, "text");
        File.WriteAllText(file, "hello\n");
        Assert.Contains(file, Open(new OvsdbFile(file, null)), StringComparison.Ordinal);
        var missing = Path.Combine(_folder, "missing");
        Assert.Equal($"I/O error: {missing}: open failed (No such file or directory)", Open(new OvsdbFile(missing, null)));
    }

    [Fact]
    public void What_a_crash_cut_off_is_dropped_and_written_over()
    {
        var settings = Settings(isFile: true);
        var file = settings.Databases[0].Path!;
        var ovsdb = Start(settings);
        Write(ovsdb, Insert("apple", 1));
        Write(ovsdb, Insert("pear", 1));
        Stop(ovsdb);
        using (var cut = File.OpenWrite(file)) cut.SetLength(cut.Length - 5);
        var again = Start(settings);
        Write(again, Insert("plum", 1));
        Stop(again);
        var third = Start(settings);
        third.Tell(new SubscribeDatabase("Shop"));
        Assert.Equal(["apple", "plum"], ExpectMsg<DatabaseSnapshot>(Patience).Rows["Item"].Select(r => r["name"].Text).Order());
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    private static string Insert(string name, int count) =>
        $$$"""[{"op":"insert","table":"Item","row":{"name":"{{{name}}}","count":{{{count}}}}}]""";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>An error's text begins with the JSON that was at fault.</summary>
    private static string Strip(string error) =>
        error.StartsWith("syntax \"", StringComparison.Ordinal)
            ? error[(error.LastIndexOf("\": ", StringComparison.Ordinal) + 3)..]
            : error;

    private OvsdbSettings Settings(bool isFile)
    {
        Assert.True(DatabaseSchema.TryParse(Bytes(SchemaText), out var schema, out _));
        // The journal in memory is one for all actor systems of the process.
        var name = $"server-{Guid.NewGuid():N}";
        var path = isFile ? Path.Combine(_folder, name + ".db") : null;
        return new OvsdbSettings { Name = name, Databases = [new OvsdbFile(path, schema)] };
    }

    private IActorRef Start(OvsdbSettings settings)
    {
        var ovsdb = Sys.ActorOf(OvsdbActor.Props(settings, FabricClock.System), $"ovsdb{++_server}");
        ovsdb.Tell(OpenDatabases.Instance);
        Assert.Null(ExpectMsg<DatabasesOpened>(Patience).Error);
        return ovsdb;
    }

    private void Stop(IActorRef ovsdb)
    {
        Watch(ovsdb);
        ovsdb.Tell(PoisonPill.Instance);
        ExpectTerminated(ovsdb, Patience);
    }

    private void Write(IActorRef ovsdb, string operations)
    {
        ovsdb.Tell(new WriteDatabase(Bytes(operations), 0, "Shop"));
        Assert.Null(ExpectMsg<DatabaseWritten>(Patience).Error);
    }

    private string Open(OvsdbFile file)
    {
        var settings = new OvsdbSettings { Name = "bad", Databases = [file] };
        var ovsdb = Sys.ActorOf(OvsdbActor.Props(settings, FabricClock.System), $"ovsdb{++_server}");
        ovsdb.Tell(OpenDatabases.Instance);
        return ExpectMsg<DatabasesOpened>(Patience).Error!;
    }

    /// <summary>Reads a journal once its writer has it, and tells how many events there are.</summary>
    private sealed class EventCounter : ReceivePersistentActor
    {
        private int _count;

        public EventCounter(string persistenceId, IActorRef tell)
        {
            PersistenceId = persistenceId;
            Recover<DatabaseRecords>(_ => _count++);
            Recover<RecoveryCompleted>(_ => tell.Tell(_count));
        }

        public override string PersistenceId { get; }
    }
}
