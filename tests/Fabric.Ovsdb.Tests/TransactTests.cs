using System.Text;

namespace Fabric.Ovsdb.Tests;

/// <summary>Operations one by one, answered as ovsdb-server answers them.</summary>
public sealed class TransactTests
{
    private readonly Database _database = new(Schemas.Parse(
        """
        {"name":"d","tables":{
          "root":{"isRoot":true,"columns":{"name":{"type":"string"},
            "n":{"type":{"key":{"type":"integer","minInteger":0,"maxInteger":9}}},
            "leaves":{"type":{"key":{"type":"uuid","refTable":"leaf"},"min":0,"max":"unlimited"}}},
            "indexes":[["name"]]},
          "leaf":{"columns":{"text":{"type":"string"}}}}}
        """), new Random(1));

    [Fact]
    public void A_row_that_is_named_lives_and_one_that_is_not_goes()
    {
        Run(
            """
            [{"op":"insert","table":"root","row":{"name":"a","leaves":["named-uuid","x"]}},
             {"op":"insert","table":"leaf","uuid-name":"x","row":{"text":"t"}}]
            """);
        Assert.Equal(1, _database.Table("leaf").Count);
        Run("""[{"op":"update","table":"root","where":[],"row":{"leaves":["set",[]]}}]""");
        Assert.Equal(0, _database.Table("leaf").Count);
        Assert.Equal(2, _database.CommitNumber);
    }

    [Fact]
    public void The_error_of_a_failed_commit_comes_after_the_replies()
    {
        Run("""[{"op":"insert","table":"root","row":{"name":"a"}}]""");
        string reply = Run("""[{"op":"insert","uuid":"00000000-0000-4000-8000-000000000001","table":"root","row":{"name":"a"}}]""");
        Assert.StartsWith("""[{"uuid":["uuid","00000000-0000-4000-8000-000000000001"]},{"error":"constraint violation",""", reply);
        Assert.Equal(1, _database.Table("root").Count);
    }

    [Fact]
    public void After_a_failed_operation_come_nulls()
    {
        string reply = Run("""[{"op":"update","table":"root","where":[],"row":{"n":10}},{"op":"comment","comment":"x"}]""");
        Assert.Equal(
            """[{"error":"constraint violation","details":"10 is not in the valid range 0 to 9 (inclusive)"},null]""", reply);
    }

    private string Run(string operations) =>
        Encoding.UTF8.GetString(_database.Execute(Encoding.UTF8.GetBytes(operations), default(TransactTerms)).Replies);
}
