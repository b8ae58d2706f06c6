using System.Text;
using System.Text.RegularExpressions;
using Fabric.Ovsdb;

namespace Fabric.Interop.Tests;

/// <summary>OVSDB files: ours read by ovsdb-tool and ovsdb-server's read by us.</summary>
public sealed partial class LogFileTests
{
    private const int TransactionCount = 600;

    private static readonly string SchemaFile = Path.Combine(AppContext.BaseDirectory, "Engine", "every-column.ovsschema");

    [Fact]
    public async Task Our_file_is_read_by_ovsdb_tool_with_the_same_rows()
    {
        Assert.True(DatabaseSchema.TryParse(await File.ReadAllBytesAsync(SchemaFile), out DatabaseSchema? schema, out _));
        var database = new Database(schema, new Random(1));
        var generator = new OperationGenerator(database, new Random(20261122));
        var log = new JsonBuffer();
        DatabaseLog.Begin(schema, log);
        int count = 0;
        for (int i = 0; i < TransactionCount; i++)
        {
            Commit? commit = database.Execute(Encoding.UTF8.GetBytes(generator.Next().ToJsonString()), default(TransactTerms)).Commit;
            var record = new JsonBuffer();
            if (commit is null || !CommitRecord.TryWrite(commit, 1_700_000_000_000 + i, record)) continue;
            LogFormat.Append(log, record.Written);
            count++;
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("fabric-log");
        try
        {
            string file = Path.Combine(folder.FullName, "db");
            await File.WriteAllBytesAsync(file, log.ToArray());
            ToolRun shown = (await Tool.RunAsync("ovsdb-tool", "show-log", file)).Expect(0);
            Assert.Equal(count + 1, shown.Lines.Count(l => l.StartsWith("record ", StringComparison.Ordinal)));
            await CompareAsync(database, file);
            (await Tool.RunAsync("ovsdb-tool", "compact", file)).Expect(0);
            await CompareAsync(database, file);

            // And back: what ovsdb-tool has written.
            Assert.True(DatabaseLog.TryRead(await File.ReadAllBytesAsync(file), file, new Random(2), out Database? copy, out _,
                out OvsdbError? warning, out _));
            Assert.Null(warning);
            await CompareAsync(copy, file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_file_of_ovsdb_server_is_read_with_the_same_rows()
    {
        await using StockDatabase stock = await StockDatabase.StartAsync(SchemaFile, "every_column");
        Assert.True(DatabaseSchema.TryParse(await File.ReadAllBytesAsync(SchemaFile), out DatabaseSchema? schema, out _));
        var pair = new DatabasePair(new Database(schema, new Random(1)), stock);
        var generator = new OperationGenerator(pair.Database, new Random(20261123));
        for (int i = 0; i < TransactionCount; i++) pair.Run(generator.Next().ToJsonString(), $"transaction {i}");

        Assert.True(DatabaseLog.TryRead(await File.ReadAllBytesAsync(stock.File), "f", new Random(2), out Database? copy, out _,
            out OvsdbError? warning, out _));
        Assert.True(warning is null, $"{warning}");
        foreach (Table table in pair.Database.Tables)
        {
            IEnumerable<Row> read = copy.Table(table.Schema.Name).Rows;
            string[] expected = [.. table.Rows.Select(r => ReplyText.Normalize(Text(r))).Order(StringComparer.Ordinal)];
            string[] actual = [.. read.Select(r => ReplyText.Normalize(Text(r))).Order(StringComparer.Ordinal)];
            Assert.True(expected.SequenceEqual(actual), ReplyText.Difference(string.Join('\n', expected), string.Join('\n', actual)));
        }
    }

    private static async Task CompareAsync(Database database, string file)
    {
        foreach (Table table in database.Tables)
        {
            string select = $"[\"every_column\",{{\"op\":\"select\",\"table\":\"{table.Schema.Name}\",\"where\":[]}}]";
            ToolRun run = (await Tool.RunAsync("ovsdb-tool", "query", file, select)).Expect(0);
            var ours = new JsonBuffer();
            ours.Append("[{\"rows\":["u8);
            bool isFirst = true;
            foreach (Row row in table.Rows)
            {
                if (!isFirst) ours.Append((byte)',');
                isFirst = false;
                ours.Append(Encoding.UTF8.GetBytes(Text(row)));
            }

            ours.Append("]}]"u8);
            Assert.Equal(Persistent(ReplyText.Normalize(ours.ToString())), Persistent(ReplyText.Normalize(run.Out)));
        }
    }

    /// <summary>Without the ephemeral columns.</summary>
    private static string Persistent(string text) => Ephemeral().Replace(text, "");

    [GeneratedRegex("_version,|passing:.*?(?=peers)")]
    private static partial Regex Ephemeral();

    private static string Text(Row row)
    {
        var json = new JsonBuffer();
        RowJson.Write(json, row, [.. row.Table.Columns.Where(c => c.Index == TableSchema.UuidIndex || !c.IsEphemeral)]);
        return json.ToString();
    }
}
