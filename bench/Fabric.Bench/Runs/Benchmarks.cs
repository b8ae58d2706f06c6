using Fabric.Bench.Nic;
using Fabric.Bench.OpenFlow;
using Fabric.Bench.Ovsdb;
using Fabric.Bench.Server;

namespace Fabric.Bench;

/// <summary>All benchmarks by name.</summary>
public static class Benchmarks
{
    private static readonly IBenchmark[] OfNic =
        [new ExtractBenchmark(), new L1Benchmark(), new L2Benchmark(), new ChurnBenchmark(), new TunnelBenchmark(), new LocalBenchmark(),
         new WireBenchmark(), new SetupBenchmark(), new StatisticsBenchmark()];

    private static readonly IBenchmark[] OfHost =
        [new UpcallBenchmark(), new ClassifierBenchmark(), new CodecBenchmark(), new RulesBenchmark(), new OvsdbBenchmark(),
         new LoadBenchmark(), new PortsBenchmark(), new ModesBenchmark(),
         new RevokeBenchmark(), new BarrierBenchmark(), new ResetBenchmark()];

    /// <summary>What runs when nobody names one: the NIC and the way through it, in about two minutes.</summary>
    public static IReadOnlyList<IBenchmark> Nic => OfNic;

    public static IReadOnlyList<IBenchmark> All { get; } = [.. OfNic, .. OfHost];

    public static IReadOnlyList<BenchResult> Run(
        IBenchmark benchmark, BenchOptions options, Action<string> progress, CancellationToken cancel)
    {
        var run = new BenchRun(benchmark, options, progress, cancel);
        benchmark.Run(run);
        return run.Results;
    }
}
