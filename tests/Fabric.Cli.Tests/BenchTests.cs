using System.Text.Json;
using Fabric.Bench;
using Fabric.Cli.Render;

namespace Fabric.Cli.Tests;

/// <summary><c>fabric bench</c>: its rounds and pairs, its table, its JSON, and what it says of mistakes.</summary>
public class BenchTests
{
    private static readonly Target Owed = new("P0", MustReach: 2, Goal: 4);

    [Fact]
    public async Task A_small_run_prints_a_row_per_case()
    {
        var run = await CommandRun.Of(new ScriptedFabric(), "bench", "l2", "--scale", "0.001", "--rounds", "1");
        Assert.Equal(0, run.ExitCode);
        var lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(9, lines.Length);
        Assert.StartsWith("  Benchmark  Case", lines[0]);
        Assert.Contains("l2         8 masks ", run.Out);
        Assert.Contains("at 0.001 of the work", lines[1]);
        Assert.Contains("l2: 8 masks\n", run.Error);
    }

    [Fact]
    public async Task Memory_per_flow_of_a_full_L1_is_a_row()
    {
        var run = await CommandRun.Of(
            new ScriptedFabric(), "bench", "l1", "--scale", "0.002", "--rounds", "1", "--format", "json", "--quiet");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var memory = JsonDocument.Parse(run.Out).RootElement.EnumerateArray()
            .Single(line => line.GetProperty("case").GetString() == "8,388,608 flows, memory");
        Assert.InRange(memory.GetProperty("fabric")[0].GetDouble(), 90, 110);
    }

    [Theory]
    [InlineData("revoke", 4)]
    [InlineData("reset", 1)]
    [InlineData("setup", 3)]
    public async Task A_server_under_load_is_measured(string name, int caseCount)
    {
        var run = await CommandRun.Of(
            new ScriptedFabric(), "bench", name, "--scale", "0.01", "--rounds", "1", "--format", "json", "--quiet");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var lines = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal(caseCount, lines.GetArrayLength());
        Assert.All(lines.EnumerateArray().Where(line => line.GetProperty("unit").GetString() == "frames"),
            line => Assert.Equal("goal", line.GetProperty("verdict").GetString()!.ToLowerInvariant()));
    }

    [Fact]
    public async Task Its_json_has_every_round()
    {
        var run = await CommandRun.Of(
            new ScriptedFabric(), "bench", "extract", "--scale", "0.0001", "--rounds", "3", "--format", "json", "--quiet");
        var lines = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal(3, lines.GetArrayLength());
        Assert.Equal(3, lines[0].GetProperty("fabric").GetArrayLength());
        Assert.Equal("none", lines[0].GetProperty("verdict").GetString()!.ToLowerInvariant());
        Assert.Equal("", run.Error);
    }

    [Theory]
    [InlineData("'l3' is not a benchmark; one of extract, ", "bench", "l3")]
    [InlineData("--scale wants a share", "bench", "l2", "--scale", "0")]
    [InlineData("--rounds is '0'", "bench", "l2", "--rounds", "0")]
    public async Task A_mistake_is_named(string error, params string[] arguments)
    {
        var run = await CommandRun.Of(new ScriptedFabric(), arguments);
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains(error, run.Error);
    }

    [Fact]
    public void Every_benchmark_has_a_name_of_its_own_and_a_purpose()
    {
        Assert.Equal(Benchmarks.All.Count, Benchmarks.All.Select(b => b.Name).Distinct().Count());
        Assert.All(Benchmarks.All, b => Assert.NotEmpty(b.Purpose));
    }

    [Fact]
    public void A_script_of_peers_is_told_to_end_when_the_run_is_called_off_and_is_waited_for()
    {
        var name = $"waits-{Guid.NewGuid():N}.sh";
        var script = Path.Combine(AppContext.BaseDirectory, "peers", name);
        Directory.CreateDirectory(Path.GetDirectoryName(script)!);
        File.WriteAllText(script, "trap 'sleep 0.2; echo > \"$0.ended\"' EXIT\necho begun\nvalue=$(sleep 10 2> /dev/null)\n");
        try
        {
            using var calledOff = new CancellationTokenSource();
            var told = new List<string>();
            void Tell(string text)
            {
                told.Add(text);
                if (text.EndsWith("begun", StringComparison.Ordinal)) calledOff.CancelAfter(1);
            }

            Assert.ThrowsAny<OperationCanceledException>(() => Benchmarks.Run(
                new Scripted(name), new BenchOptions { Rounds = 1 }, Tell, calledOff.Token));
            Assert.Equal(["scripted: starting the switches", "scripted: begun"], told);
            Assert.True(File.Exists($"{script}.ended"));
        }
        finally
        {
            File.Delete(script);
            File.Delete($"{script}.ended");
        }
    }

    [Fact]
    public void Pairs_change_who_goes_first_and_ratios_are_taken_within_them()
    {
        var order = new List<char>();
        var peer = new CountingPeer(() => order.Add('p'));
        var result = Assert.Single(Run(new BenchOptions { Compares = true, Rounds = 4 }, () => Mark(order, 30), peer.Source));
        // Two rounds to warm up and one of the peer's before the pairs.
        Assert.Equal("ffpfppffppf", string.Concat(order));
        Assert.Equal(new Spread(3, 3, 3), result.Ratio);
        Assert.Equal((Verdict.Reached, "scripted", true), (result.Verdict, result.Peer, peer.IsDisposed));
    }

    [Fact]
    public void A_peer_that_is_missing_or_does_not_do_the_work_has_a_row_that_says_so()
    {
        var options = new BenchOptions { Compares = true, Rounds = 2 };
        var missing = Assert.Single(Run(options, () => 1, new PeerSource("other", "other-switch is not installed", _ => null!)));
        Assert.Equal(("other", "other-switch is not installed", Verdict.None), (missing.Peer, missing.Note, missing.Verdict));
        Assert.Equal(2, missing.Fabric.Count);
        var broken = new CountingPeer(() => throw new PeerException("its caches did not answer"));
        var unable = Assert.Single(Run(options, () => 1, broken.Source));
        Assert.Equal(("void: its caches did not answer", true), (unable.Note, broken.IsDisposed));
        Assert.Empty(unable.Fabric);
    }

    [Theory]
    [InlineData(true, 1.9, Verdict.Missed)]
    [InlineData(true, 2, Verdict.Reached)]
    [InlineData(true, 4, Verdict.Goal)]
    [InlineData(false, 5, Verdict.Missed)]
    [InlineData(false, 2, Verdict.Goal)]
    public void A_verdict_compares_the_median_with_what_is_owed(bool moreIsBetter, double value, Verdict verdict)
    {
        var target = new Target("P0", moreIsBetter ? 2 : 4, moreIsBetter ? 4 : 2, IsRatio: false);
        var what = new BenchCase("case", "s", target, moreIsBetter);
        Assert.Equal(verdict, new BenchResult("b", what, [0, value, 100], null, [], null).Verdict);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.00123456, "0.00123")]
    [InlineData(1.2345, "1.23")]
    [InlineData(28.149, "28.1")]
    [InlineData(1234.5, "1,234")]
    public void Numbers_have_three_digits_that_count(double value, string text) => Assert.Equal(text, BenchSheet.Number(value));

    [Fact]
    public void A_row_has_medians_ranges_and_what_is_owed()
    {
        var result = new BenchResult("l9", new BenchCase("hit", "Mpps", Owed), [10, 12, 14], "OVS", [2, 4, 7], null);
        var row = Assert.Single(BenchSheet.Of([result]).Rows).Select(cell => cell.Text);
        Assert.Equal(
            ["l9", "hit", "P0", "12.0", "10.0–14.0", "Mpps", "OVS", "4.00", "3.00", "2.00–5.00", "≥ 2 ×, goal 4", "reached", ""],
            row);
    }

    private static double Mark(List<char> order, double value)
    {
        order.Add('f');
        return value;
    }

    private static IReadOnlyList<BenchResult> Run(BenchOptions options, Func<double> round, PeerSource peer) =>
        Benchmarks.Run(new OneCase(round, peer), options, _ => { }, CancellationToken.None);

    private sealed class OneCase(Func<double> round, PeerSource peer) : IBenchmark
    {
        public string Name => "one";

        public string Purpose => "a test";

        public void Run(BenchRun run) => run.Measure(new BenchCase("case", "Mpps", Owed), round, peer);
    }

    private sealed class Scripted(string script) : IBenchmark
    {
        public string Name => "scripted";

        public string Purpose => "a test";

        public void Run(BenchRun run) => PeerScript.Run(run, script, 1, new Dictionary<string, BenchCase>());
    }

    private sealed class CountingPeer(Action work) : IPeer
    {
        public PeerSource Source => new("scripted", null, _ => this);

        public string? Note => null;

        public bool IsDisposed { get; private set; }

        public double Round()
        {
            work();
            return 10;
        }

        public void Dispose() => IsDisposed = true;
    }
}
