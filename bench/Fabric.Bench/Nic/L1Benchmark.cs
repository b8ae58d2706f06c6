using Fabric.Wire;

namespace Fabric.Bench.Nic;

/// <summary>P1 and P2: L1 hits from frame bytes to action done, with few and with very many resident flows.</summary>
internal sealed class L1Benchmark(bool isWide) : IBenchmark
{
    private readonly bool _isWide = isWide;

    public string Name => _isWide ? "l1-all" : "l1";

    public string Purpose => "exact match hit, frame bytes to action done: 1,000 and 1 M flows" + (_isWide ? ", 64,000, and by Zipf" : "");

    public void Run(TextWriter output)
    {
        Measure(output, 1_000, 4_000_000);
        Measure(output, 1_000_000, 4_000_000);
        if (!_isWide) return;
        Measure(output, 64_000, 4_000_000);
        foreach (var flowCount in (int[])[1_000, 64_000, 1_000_000]) MeasureZipf(output, flowCount, 4_000_000);
    }

    /// <summary>Few flows have most of the frames: rank r gets a share of 1/r.</summary>
    private static void MeasureZipf(TextWriter output, int flowCount, long frameCount)
    {
        using var load = new NicLoad(isL1Enabled: true, capacity: 1_000_000);
        load.AddFlow(0, destinationPort: 0);
        load.Learn(flowCount, 1);
        var ranks = ZipfRanks(flowCount, 1 << 20);
        Rounds.Best(output, $"L1 hit, {flowCount:N0} flows, Zipf", frameCount, count => load.Send(count, ranks));
    }

    private static uint[] ZipfRanks(int flowCount, int drawCount)
    {
        var cumulative = new double[flowCount];
        for (var (i, sum) = (0, 0.0); i < flowCount; i++) cumulative[i] = sum += 1.0 / (i + 1);
        var random = new Random(1);
        var ranks = new uint[drawCount];
        for (var i = 0; i < drawCount; i++)
        {
            var found = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
            ranks[i] = (uint)Math.Min(found < 0 ? ~found : found, flowCount - 1);
        }

        return ranks;
    }

    private static void Measure(TextWriter output, int flowCount, long frameCount)
    {
        using var load = new NicLoad(isL1Enabled: true, capacity: 1_000_000);
        load.AddFlow(0, destinationPort: 0);
        load.Learn(flowCount, 1);
        var hits = load.Nic.L1.Counters.Hits;
        Nic.Measure.Run(output, $"L1 hit, {flowCount:N0} flows", load, flowCount, 1, frameCount);
        var misses = load.Nic.L2.Lookups - load.Nic.L1.Counters.Bound;
        Invariant.Check(misses == 0 && load.Nic.L1.Count == flowCount && load.Nic.L1.Counters.Hits > hits, "all flows stayed resident");
    }
}
