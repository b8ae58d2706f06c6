using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Bench.Nic;

/// <summary>L1 under more flows than it holds: every frame inserts an entry, and most evict one, for each eviction policy.</summary>
internal sealed class ChurnBenchmark : IBenchmark
{
    private const int Capacity = 100_000;
    private const int FrameCount = 1_000_000;

    public string Name => "churn";

    public string Purpose => "frames of ever new flows through a full L1, answered by L2: insert, bind, evict, by policy";

    public void Run(BenchRun run)
    {
        foreach (var policy in EvictionPolicyNames.All)
        {
            using var load = new NicLoad(isL1Enabled: true, run.Scaled(Capacity), policy);
            load.AddFlow(0, destinationPort: 0);
            Rates.Measure(run, new BenchCase($"new flows, {policy}", "Mpps"), FrameCount, count => load.SendNew(count));
            var counters = load.Nic.L1.Counters;
            Invariant.Check(load.Nic.L1.Count <= run.Scaled(Capacity) && counters.Inserted + counters.InsertsRefused > 0, "L1 is full");
        }
    }
}
