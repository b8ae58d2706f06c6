using Fabric.Wire;

namespace Fabric.Bench.Nic;

/// <summary>P1 and P2: L1 hits from frame bytes to action done, with few and with very many resident flows.</summary>
internal sealed class L1Benchmark : IBenchmark
{
    public string Name => "l1";

    public string Purpose => "exact match hit, frame bytes to action done: 1,000 and 1 M flows";

    public void Run(TextWriter output)
    {
        Measure(output, 1_000, 4_000_000);
        Measure(output, 1_000_000, 4_000_000);
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
