using System.Globalization;
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

    private static Database NewDatabase()
    {
        Assert.True(DatabaseSchema.TryParse(File.ReadAllBytes(SchemaFile), out DatabaseSchema? schema, out OvsdbError? error), $"{error}");
        return new Database(schema, new Random(7));
    }
}
