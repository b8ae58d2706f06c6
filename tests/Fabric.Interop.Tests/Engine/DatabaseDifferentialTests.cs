using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Fabric.Ovsdb;

namespace Fabric.Interop.Tests;

/// <summary>The engine beside Debian's ovsdb-server: the same operations, the same answers, the same rows in the end.</summary>
public sealed class DatabaseDifferentialTests
{
    private const int TransactionCount = 4000;
    private const int DefaultSeed = 20261122;

    private static readonly string SchemaFile = Path.Combine(AppContext.BaseDirectory, "Engine", "every-column.ovsschema");

    private static int Seed =>
        int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), CultureInfo.InvariantCulture, out int given) ? given : DefaultSeed;

    [Fact]
    public async Task Random_transactions_have_the_same_replies_and_leave_the_same_rows()
    {
        await using StockDatabase stock = await StockDatabase.StartAsync(SchemaFile, "every_column");
        var pair = new DatabasePair(NewDatabase(), stock);
        var generator = new OperationGenerator(pair.Database, new Random(Seed));
        int failed = 0;
        for (int i = 0; i < TransactionCount; i++)
        {
            if (pair.Run(generator.Next().ToJsonString(), $"transaction {i} of FABRIC_SEED={Seed}").Error is not null) failed++;
            if (i % 50 == 49) pair.CompareRows($"after transaction {i} of FABRIC_SEED={Seed}");
        }

        // Neither only failures nor only successes would show much.
        Assert.InRange(failed, TransactionCount / 10, TransactionCount * 9 / 10);
        Assert.InRange(pair.OneOfSeveralCount, 0, TransactionCount / 20);
        Assert.InRange(pair.DanglingCount, 0, TransactionCount / 50);
    }

    [Fact]
    public async Task Malformed_operations_have_the_same_errors()
    {
        await using StockDatabase stock = await StockDatabase.StartAsync(SchemaFile, "every_column");
        var pair = new DatabasePair(NewDatabase(), stock);
        var random = new Random(Seed);
        var generator = new OperationGenerator(pair.Database, random) { MayBeWrong = false };
        var vandal = new JsonVandal(random);
        for (int i = 0; i < TransactionCount; i++)
        {
            JsonArray operations = generator.Next();

            // One operation, broken in one place: of two faults the servers may tell another one.
            while (operations.Count > 1) operations.RemoveAt(operations.Count - 1);
            if (i % 3 != 0) vandal.Break(operations);
            pair.Run(operations.ToJsonString(), $"operation {i} of FABRIC_SEED={Seed}");
        }

        pair.CompareRows("in the end");
    }

    /// <summary>Texts that are not quite JSON's strings or numbers, in the place of a column's value.</summary>
    [Theory]
    [InlineData("set_s", "\"a\u00ff\"")]
    [InlineData("set_s", "\"\u00e2\u0082x\"")]
    [InlineData("set_s", "\"\u00e2\u0082\u00ac\u00f5\"")]
    [InlineData("set_s", "\"\u00ed\u00a0\u0080\"")]
    [InlineData("set_s", "\"\u00c0\u0080\"")]
    [InlineData("set_s", "\"\u00f0\u009f\u0098\"")]
    [InlineData("set_s", "\"\\ud83d\\ude00\"")]
    [InlineData("map_ss", "[\"map\",[[\"\u0080\",\"x\"]]]")]
    [InlineData("big", "9223372036854775807")]
    [InlineData("big", "-9223372036854775808")]
    [InlineData("big", "9223372036854775808")]
    [InlineData("big", "92233720368547758070e-1")]
    [InlineData("big", "123456789012345678901234567890")]
    [InlineData("big", "1.0e2")]
    [InlineData("big", "1.5")]
    [InlineData("big", "-0.0")]
    [InlineData("big", "0e999")]
    [InlineData("opt_r", "1e308")]
    [InlineData("opt_r", "123456789012345678901234567890")]
    [InlineData("opt_r", "0.1234567890123456789")]
    [InlineData("opt_r", "1e-300")]
    [InlineData("opt_r", "123456789012345.5")]
    [InlineData("opt_r", "999999999999999.96")]
    [InlineData("opt_r", "9999999999999999")]
    [InlineData("opt_r", "0.00001")]
    [InlineData("opt_r", "-0.0001")]
    public async Task Strange_texts_and_numbers_are_read_and_written_the_same(string column, string latin1)
    {
        await using StockDatabase stock = await StockDatabase.StartAsync(SchemaFile, "every_column");
        Database database = NewDatabase();
        byte[] operations = Encoding.Latin1.GetBytes(
            $$"""
            [{"op":"insert","table":"root","uuid":"00000001-0000-4000-8000-000000000001","row":{"{{column}}":{{latin1}} } },
             {"op":"select","table":"root","where":[],"columns":["{{column}}"]}]
            """);
        string ours = Encoding.UTF8.GetString(database.Execute(operations, default(TransactTerms)).Replies);
        Assert.Equal(ReplyText.Normalize(stock.Transact(operations)), ReplyText.Normalize(ours));
    }

    [Fact]
    public async Task Random_reals_are_written_the_same()
    {
        await using StockDatabase stock = await StockDatabase.StartAsync(SchemaFile, "every_column");
        Database database = NewDatabase();
        var random = new Random(Seed);
        var reals = new HashSet<double>();
        while (reals.Count < 3000)
        {
            double real = random.Next(3) switch
            {
                0 => BitConverter.Int64BitsToDouble(random.NextInt64()),
                1 => Math.Round(random.NextDouble() * 1000, random.Next(8)),
                _ => random.NextDouble() * Math.Pow(10, random.Next(-8, 20)),
            };

            // ovsdb-server takes numbers below this for bad JSON.
            if (double.IsNormal(real)) reals.Add(real);
        }

        string set = string.Join(',', reals.Select(r => r.ToString("R", CultureInfo.InvariantCulture)));
        byte[] operations = Encoding.UTF8.GetBytes(
            $$"""
            [{"op":"insert","table":"root","uuid":"00000001-0000-4000-8000-000000000001","row":{"set_r":["set",[{{set}}]]} },
             {"op":"select","table":"root","where":[],"columns":["set_r"]}]
            """);
        string ours = Encoding.UTF8.GetString(database.Execute(operations, default(TransactTerms)).Replies);
        Assert.Equal(ReplyText.Normalize(stock.Transact(operations)), ReplyText.Normalize(ours));
    }

    private static Database NewDatabase()
    {
        Assert.True(DatabaseSchema.TryParse(File.ReadAllBytes(SchemaFile), out DatabaseSchema? schema, out OvsdbError? error), $"{error}");
        return new Database(schema, new Random(7));
    }
}
