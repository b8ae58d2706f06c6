namespace Fabric.Interop.Tests.Ovsdb;

/// <summary>python3-openvswitch's IDL as a second, independent client: what its replicas hold is what the server holds.</summary>
public sealed class IdlTests
{
    private const int Workers = 3;
    private const int Transactions = 60;

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Ovsdb", "Cases", "replica.py");

    private static string Schema => Path.Combine(AppContext.BaseDirectory, "Ovsdb", "Cases", "kinds.ovsschema");

    [Fact]
    public async Task Replicas_that_followed_every_change_equal_one_that_comes_last()
    {
        await using var server = await SwitchPeer.StartDatabaseAsync("fabric", isStock: false, Schema);
        await server.TransactAsync(Mark("insert", 0));
        var stop = Path.Combine(server.RunDirectory, "stop");
        await using var follower = Python(server, "watch", stop);
        await follower.UntilSaysAsync("ready");

        var workers = Enumerable.Range(1, Workers).Select(seed => Python(server, "work", $"{seed}", $"{Transactions}")).ToList();
        foreach (var worker in workers)
        {
            await using var ended = worker;
            var statuses = (await worker.EndAsync()).Expect(0).Out;
            Assert.DoesNotContain("error", statuses, StringComparison.Ordinal);
            Assert.Contains("success", statuses, StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(stop, "1000");
        await server.TransactAsync(Mark("update", 1000));
        var followed = Replica(await follower.EndAsync());
        await using var late = Python(server, "watch", stop);
        Assert.Equal(Replica(await late.EndAsync()), followed);
        Assert.True(followed.Count > Workers, string.Join('\n', followed));
    }

    [Fact]
    public async Task A_condition_that_changes_brings_the_rows_that_match_and_no_others()
    {
        await using var server = await SwitchPeer.StartDatabaseAsync("fabric", isStock: false, Schema);
        await server.TransactAsync(Mark("insert", 1000));
        await server.TransactAsync("""
            ["Kinds",{"op":"insert","table":"Scalar","row":{"name":"ten","i":10}},
             {"op":"insert","table":"Scalar","row":{"name":"eleven","i":11}}]
            """);
        var stop = Path.Combine(server.RunDirectory, "stop");
        await using var filtered = Python(server, "filter", stop);
        await filtered.UntilSaysAsync("ready");
        await server.TransactAsync("""
            ["Kinds",{"op":"update","table":"Scalar","where":[["name","==","ten"]],"row":{"i":20}},
             {"op":"update","table":"Scalar","where":[["name","==","eleven"]],"row":{"i":2}},{"op":"insert","table":"Scalar","row":{"i":3}}]
            """);
        await File.WriteAllTextAsync(stop, "2000");
        await server.TransactAsync(Mark("update", 2000));
        var rows = Replica(await filtered.EndAsync());
        Assert.Equal(2, rows.Count);
        Assert.Contains(rows, row => row.Contains("\"name\": \"mark\"", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.Contains("\"i\": 20, \"name\": \"ten\"", StringComparison.Ordinal));
    }

    private static List<string> Replica(ToolRun run) => [.. run.Expect(0).Lines.Where(line => line != "ready")];

    private static Tool Python(SwitchPeer server, params string[] arguments) =>
        server.Start("/usr/bin/python3", [Program, server.Socket, Schema, .. arguments]);

    /// <summary>A transaction that makes or changes the row that tells replicas how far they are.</summary>
    private static string Mark(string op, int number)
    {
        var where = op == "update" ? "\"where\":[[\"name\",\"==\",\"mark\"]]," : "";
        return $$"""["Kinds",{"op":"{{op}}","table":"Scalar",{{where}}"row":{"name":"mark","i":{{number}} } }]""";
    }
}
