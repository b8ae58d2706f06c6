using System.Text;

namespace Fabric.Ovsdb.Tests;

/// <summary>OVSDB files written and read back.</summary>
public sealed class LogTests
{
    private const string Schema =
        """
        {"name":"d","version":"1.2.3","tables":{"t":{"isRoot":true,"columns":{
          "s":{"type":{"key":"integer","min":0,"max":"unlimited"}},
          "three":{"type":{"key":"integer","min":1,"max":3}},
          "m":{"type":{"key":"string","value":"string","min":0,"max":"unlimited"}},
          "e":{"ephemeral":true,"type":"string"}}}}}
        """;

    private readonly Database _database = new(Schemas.Parse(Schema), new Random(1));
    private readonly JsonBuffer _log = new();

    public LogTests() => DatabaseLog.Begin(_database.Schema, _log);

    [Fact]
    public void What_was_written_is_read_back()
    {
        Run("""[{"op":"insert","table":"t","row":{"s":["set",[1,2]],"three":["set",[1,2,3]],"m":["map",[["a","b"]]],"e":"x"}}]""");
        Run(
            """
            [{"op":"mutate","table":"t","where":[],"mutations":
              [["s","insert",3],["s","delete",1],["m","insert",["map",[["c","d"]]]]]}]
            """);
        Run("""[{"op":"update","table":"t","where":[],"row":{"three":["set",[4,5,6]]}}]""");
        Database copy = Read(_log.ToArray(), out _, out OvsdbError? warning);
        Assert.Null(warning);
        Row row = Assert.Single(copy.Table("t").Rows);
        Row original = Assert.Single(_database.Table("t").Rows);
        Assert.Equal(original.Id, row.Id);
        Assert.Equal(original["s"], row["s"]);
        Assert.Equal(original["three"], row["three"]);
        Assert.Equal(original["m"], row["m"]);
        Assert.Equal("", row["e"].Text);
    }

    [Fact]
    public void A_change_of_ephemeral_columns_alone_is_not_written()
    {
        Run("""[{"op":"insert","table":"t","row":{"s":1}}]""");
        int size = _log.Size;
        Run("""[{"op":"update","table":"t","where":[],"row":{"e":"x"}}]""");
        Assert.Equal(size, _log.Size);
        Assert.Equal(2, _database.CommitNumber);
    }

    [Fact]
    public void Wherever_the_file_is_cut_all_whole_records_are_used()
    {
        var ends = new List<int> { _log.Size };
        for (int i = 0; i < 5; i++)
        {
            Run($$$"""[{"op":"insert","table":"t","row":{"s":{{{i}}}}}]""");
            ends.Add(_log.Size);
        }

        byte[] log = _log.ToArray();
        for (int size = ends[0]; size <= log.Length; size++)
        {
            Database database = Read(log[..size], out int goodSize, out OvsdbError? warning);
            int whole = ends.FindLastIndex(end => end <= size);
            Assert.Equal(ends[whole], goodSize);
            Assert.Equal(whole, database.Table("t").Count);
            Assert.Equal(ends.Contains(size), warning is null);
        }
    }

    [Fact]
    public void Whatever_byte_is_wrong_is_noticed()
    {
        Run("""[{"op":"insert","table":"t","row":{"s":1}}]""");
        byte[] log = _log.ToArray();
        int start = Array.IndexOf(log, (byte)'\n') + 1;
        for (int i = 0; i < log.Length; i++)
        {
            byte[] broken = [.. log];
            broken[i] ^= 0x01;
            bool isRead = DatabaseLog.TryRead(broken, "f", new Random(1), out _, out _, out OvsdbError? warning, out OvsdbError? error);
            Assert.True(!isRead ? error is not null : warning is not null, $"byte {i} of {log.Length}, the first line ends at {start}");
        }
    }

    [Fact]
    public void A_compacted_file_holds_the_same_rows()
    {
        for (int i = 0; i < 3; i++) Run($$$"""[{"op":"insert","table":"t","row":{"s":{{{i}}}}}]""");
        var compact = new JsonBuffer();
        DatabaseLog.Compact(_database, 7, "compacting", compact);
        Database copy = Read(compact.ToArray(), out _, out OvsdbError? warning);
        Assert.Null(warning);
        Assert.Equal(_database.Table("t").Rows.Select(r => r.Id).Order(), copy.Table("t").Rows.Select(r => r.Id).Order());
    }

    private static Database Read(byte[] log, out int goodSize, out OvsdbError? warning)
    {
        var generator = new Random(2);
        bool isRead = DatabaseLog.TryRead(log, "f", generator, out Database? database, out goodSize, out warning, out OvsdbError? error);
        Assert.True(isRead, $"{error}");
        Assert.NotNull(database);
        return database;
    }

    private void Run(string operations)
    {
        TransactResult result = _database.Execute(Encoding.UTF8.GetBytes(operations), default(TransactTerms));
        Assert.Null(result.Error);
        var record = new JsonBuffer();
        if (CommitRecord.TryWrite(result.Commit!, 1000, record)) LogFormat.Append(_log, record.Written);
    }
}
