using System.Text;

namespace Fabric.Ovsdb.Tests;

/// <summary>Transactions that wait, and the operations that touch no rows.</summary>
public sealed class WaitTests
{
    private const string UntilOne = """{"op":"wait","table":"t","where":[],"columns":["n"],"until":"==","rows":[{"n":1}]}""";

    private readonly Database _database = new(Schemas.Parse(
        """{"name":"d","tables":{"t":{"isRoot":true,"columns":{"n":{"type":"integer"}}}}}"""), new Random(1));

    [Fact]
    public void A_wait_that_does_not_hold_blocks_the_transaction_and_leaves_no_trace()
    {
        TransactResult result = Run($$"""[{"op":"insert","table":"t","row":{"n":5} },{{UntilOne}}]""");
        Assert.True(result.IsBlocked);
        Assert.Equal(long.MaxValue, result.TimeoutMs);
        Assert.Empty(result.Replies);
        Assert.Equal(0, _database.Table("t").Count);
        DatabaseInvariants.Check(_database);
    }

    [Fact]
    public void Tried_again_it_goes_on()
    {
        string waiting = $$"""[{{UntilOne}},{"op":"update","table":"t","where":[],"row":{"n":2} }]""";
        Assert.True(Run(waiting).IsBlocked);
        Run("""[{"op":"insert","table":"t","row":{"n":1}}]""");
        TransactResult result = Run(waiting, elapsedMs: 10);
        Assert.Equal("""[{},{"count":1}]""", Encoding.UTF8.GetString(result.Replies));
        Assert.NotNull(result.Commit);
    }

    [Fact]
    public void The_shortest_timeout_counts()
    {
        string holds = Within(50).Replace("==", "!=", StringComparison.Ordinal);
        TransactResult result = Run($"[{holds},{Within(900)}]");
        Assert.True(result.IsBlocked);
        Assert.Equal(50, result.TimeoutMs);
    }

    [Theory]
    [InlineData(0, 0, "\\\"where\\\" clause test failed")]
    [InlineData(100, 100, "\\\"wait\\\" timed out after 100 ms")]
    [InlineData(100, 130, "\\\"wait\\\" timed out after 130 ms")]
    public void A_wait_whose_time_is_up_fails(int timeoutMs, int elapsedMs, string details)
    {
        TransactResult result = Run($"[{Within(timeoutMs)},{Within(timeoutMs)}]", elapsedMs);
        Assert.Equal($$"""[{"error":"timed out","details":"{{details}}"},null]""", Encoding.UTF8.GetString(result.Replies));
    }

    [Fact]
    public void Comments_are_lines_of_the_commit_and_durable_is_remembered()
    {
        TransactResult result = Run(
            """
            [{"op":"comment","comment":"a"},{"op":"insert","table":"t","row":{}},
             {"op":"comment","comment":"b"},{"op":"commit","durable":true}]
            """);
        Assert.Equal("a\nb", result.Commit!.Comment);
        Assert.True(result.Commit.IsDurable);
    }

    [Fact]
    public void An_assert_holds_for_the_owner_only()
    {
        byte[] assert = """[{"op":"assert","lock":"mine"}]"""u8.ToArray();
        Assert.Null(_database.Execute(assert, new TransactTerms(name => name == "mine")).Error);
        OvsdbError? error = _database.Execute(assert, new TransactTerms(_ => false)).Error;
        Assert.Equal(new OvsdbError("not owner", "Asserted lock mine not held."), error);
    }

    [Fact]
    public void Nothing_changed_is_no_commit()
    {
        Run("""[{"op":"insert","table":"t","row":{"n":1}}]""");
        string[] idle =
        [
            """[{"op":"update","table":"t","where":[],"row":{"n":1}},{"op":"comment","comment":"x"}]""",
            """[{"op":"update","table":"t","where":[],"row":{"n":2}},{"op":"update","table":"t","where":[],"row":{"n":1}}]""",
            """
            [{"op":"insert","table":"t","uuid-name":"x","row":{}},
             {"op":"delete","table":"t","where":[["_uuid","==",["named-uuid","x"]]]}]
            """,
        ];
        Assert.All(idle, operations => Assert.Null(Run(operations).Commit));
        Assert.Equal(1, _database.CommitNumber);
    }

    [Fact]
    public void A_read_only_server_refuses_what_writes()
    {
        var terms = new TransactTerms(IsReadOnly: true);
        Assert.Null(_database.Execute("""[{"op":"select","table":"t","where":[]}]"""u8.ToArray(), terms).Error);
        OvsdbError? error = _database.Execute("""[{"op":"insert","table":"t","row":{}}]"""u8.ToArray(), terms).Error;
        Assert.Equal("insert operation not allowed when database server is in read only mode", error?.Details);
        Assert.Equal(0, _database.Table("t").Count);
    }

    private static string Within(int timeoutMs) =>
        UntilOne.Replace("\"op\"", $"\"timeout\":{timeoutMs},\"op\"", StringComparison.Ordinal);

    private TransactResult Run(string operations, long elapsedMs = 0) =>
        _database.Execute(Encoding.UTF8.GetBytes(operations), new TransactTerms(ElapsedMs: elapsedMs));
}
