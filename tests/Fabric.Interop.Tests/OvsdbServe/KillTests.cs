using System.Diagnostics;
using System.Text.Json;

namespace Fabric.Interop.Tests;

/// <summary>
/// What "acknowledged" means: a server is killed again and again while clients write, its file is rewritten under way, and what it had
/// acknowledged is there afterwards, whole.
/// </summary>
public sealed class KillTests
{
    private const int Kills = 200;
    private const int Lanes = 4;
    private const int WritersPerLane = 4;

    /// <summary>Numbers of a writer that are kept; older ones are deleted by the transaction that adds one.</summary>
    private const int Kept = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private const string Schema =
        """
        {"name":"Kill","version":"1.0.0","tables":{
         "Left":{"columns":{"writer":{"type":"integer"},"number":{"type":"integer"}},"isRoot":true},
         "Right":{"columns":{"writer":{"type":"integer"},"number":{"type":"integer"}},"isRoot":true}}}
        """;

    [Fact]
    [Trait("Tier", "slow")]
    public async Task Nothing_acknowledged_is_lost_and_nothing_is_half_there_after_200_kills()
    {
        var seed = Environment.GetEnvironmentVariable("FABRIC_SEED") is { Length: > 0 } text
            ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 20261122;
        var clock = Stopwatch.StartNew();
        var acknowledged = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => RunLaneAsync(new Random(seed + lane), seed)));
        Assert.True(clock.Elapsed < Limit, $"seed {seed}: {Kills} kills took {clock.Elapsed.TotalSeconds:F0} s");
        Assert.True(acknowledged.Sum() > Kills, $"seed {seed}: only {acknowledged.Sum()} commits were acknowledged between {Kills} kills");
    }

    private static async Task<long> RunLaneAsync(Random random, int seed)
    {
        await using var server = new DatabaseServer(Schema, "--compact-from", "8000");
        var acknowledged = new long[WritersPerLane];
        var attempted = new long[WritersPerLane];
        for (var round = 0; round <= Kills / Lanes; round++)
        {
            await server.StartAsync();
            await CheckAsync(server, acknowledged, attempted, $"seed {seed}, round {round}");
            if (round == Kills / Lanes) break;
            var writers = Enumerable.Range(0, WritersPerLane)
                .Select(w => Task.Run(() => WriteAsync(server, w, acknowledged, attempted))).ToList();
            // From the first commit on, which a busy machine takes its time for.
            var begun = acknowledged.Sum();
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience && acknowledged.Sum() == begun;) await Task.Delay(1);
            await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 120));
            await server.KillAsync();
            await Task.WhenAll(writers);
            if (round % 10 == 9) await CheckFileAsync(server);
        }

        return acknowledged.Sum();
    }

    private static async Task WriteAsync(DatabaseServer server, int writer, long[] acknowledged, long[] attempted)
    {
        try
        {
            using var client = RpcClient.Unix(server.Socket);
            while (true)
            {
                var number = ++attempted[writer];
                var reply = await client.CallAsync(Transaction(writer, number));
                Assert.Equal(JsonValueKind.Null, reply.GetProperty("error").ValueKind);
                Assert.DoesNotContain("\"error\"", reply.GetProperty("result").GetRawText(), StringComparison.Ordinal);
                acknowledged[writer] = number;
            }
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            // Killed.
        }
    }

    private static string Transaction(int writer, long number)
    {
        string Table(string name) => $$$"""
            {"op":"insert","table":"{{{name}}}","row":{"writer":{{{writer}}},"number":{{{number}}}}},
            {"op":"delete","table":"{{{name}}}","where":[["writer","==",{{{writer}}}],["number","<=",{{{number - Kept}}}]]}
            """;
        return $$"""{"id":{{number}},"method":"transact","params":["Kill",{{Table("Left")}},{{Table("Right")}}]}""";
    }

    private static async Task CheckAsync(DatabaseServer server, long[] acknowledged, long[] attempted, string when)
    {
        using var client = RpcClient.Unix(server.Socket);
        var reply = await client.CallAsync(
            """
            {"id":1,"method":"transact","params":["Kill",{"op":"select","table":"Left","where":[],"columns":["writer","number"]},
            {"op":"select","table":"Right","where":[],"columns":["writer","number"]}]}
            """);
        var (left, right) = (Rows(reply, 0), Rows(reply, 1));
        Assert.True(left.SequenceEqual(right), $"{when}: the two tables differ");
        for (var writer = 0; writer < WritersPerLane; writer++)
        {
            var numbers = left.Where(row => row.Writer == writer).Select(row => row.Number).ToList();
            var last = numbers.LastOrDefault();
            Assert.True(last >= acknowledged[writer], $"{when}: writer {writer} has {last}, acknowledged was {acknowledged[writer]}");
            Assert.True(last <= attempted[writer], $"{when}: writer {writer} has {last}, which it did not write");
            // What was not acknowledged may be there or not; the numbers go on from what is.
            Assert.Equal(Math.Min(Kept, last), numbers.Count);
            (acknowledged[writer], attempted[writer]) = (last, last);
        }
    }

    private static List<(long Writer, long Number)> Rows(JsonElement reply, int operation) =>
        [.. reply.GetProperty("result")[operation].GetProperty("rows").EnumerateArray()
            .Select(row => (row.GetProperty("writer").GetInt64(), row.GetProperty("number").GetInt64())).Order()];

    /// <summary>Debian's ovsdb-tool reads the file that a killed server left, and finds the same rows in both tables.</summary>
    private static async Task CheckFileAsync(DatabaseServer server)
    {
        var copy = Path.Combine(server.Folder, "copy.db");
        File.Copy(server.DatabaseFile, copy, overwrite: true);
        var query = (await Tool.RunAsync(
            "ovsdb-tool", "query", copy,
            """
            ["Kill",{"op":"select","table":"Left","where":[],"columns":["writer","number"]},
            {"op":"select","table":"Right","where":[],"columns":["writer","number"]}]
            """)).Expect(0);
        using var json = JsonDocument.Parse($$$"""{"result":{{{query.Out}}}}""");
        Assert.Equal(Rows(json.RootElement, 0), Rows(json.RootElement, 1));
    }
}
