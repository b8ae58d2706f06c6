using Fabric.Bench.Nic;
using Fabric.Bench.OpenFlow;
using Fabric.Bench.Ovsdb;
using Fabric.Bench.Server;

namespace Fabric.Bench;

/// <summary>Benchmarks by name: <c>dotnet run -c Release --project bench/Fabric.Bench -- l1 l2</c>. Without a name it lists them.</summary>
public static class Program
{
    private static readonly IBenchmark[] Benchmarks =
        [new L1Benchmark(isWide: false), new L1Benchmark(isWide: true), new L2Benchmark(), new ExtractBenchmark(), new ChurnBenchmark(),
         new TunnelBenchmark(), new StatisticsBenchmark(), new LocalBenchmark(), new WireBenchmark(), new OvsdbBenchmark(),
         new PortsBenchmark(), new ClassifierBenchmark(), new RulesBenchmark(), new SetupBenchmark(), new CodecBenchmark()];

    public static int Main(string[] names)
    {
        if (names.Length == 0)
        {
            foreach (var benchmark in Benchmarks) Console.WriteLine($"{benchmark.Name,-10} {benchmark.Purpose}");
            return 0;
        }

        if (names[0] == WireBenchmark.SinkArgument)
        {
            WireBenchmark.RunSink();
            return 0;
        }

        if (OvsdbPeers.IsChild(names))
        {
            OvsdbPeers.RunChild(names);
            return 0;
        }

        foreach (var name in names)
        {
            var benchmark = Array.Find(Benchmarks, candidate => candidate.Name == name);
            if (benchmark is null)
            {
                Console.Error.WriteLine($"no benchmark '{name}'; there are: {string.Join(", ", Benchmarks.Select(known => known.Name))}");
                return 2;
            }

            benchmark.Run(Console.Out);
        }

        return 0;
    }
}
