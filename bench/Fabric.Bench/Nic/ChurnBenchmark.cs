using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Bench.Nic;

/// <summary>L1 under more flows than it holds: every frame inserts an entry, and most evict one, for each eviction policy.</summary>
internal sealed class ChurnBenchmark : IBenchmark
{
    private const int Capacity = 100_000;

    public string Name => "churn";

    public string Purpose => "frames of ever new flows through a full L1, answered by L2: insert, bind, evict, by policy";

    public void Run(TextWriter output)
    {
        foreach (var policy in EvictionPolicyNames.All)
        {
            using var load = new NicLoad(isL1Enabled: true, Capacity, policy);
            load.AddFlow(0, destinationPort: 0);
            Rounds.Best(output, $"churn, {policy}", 1_000_000, count => load.SendNew(count));
            var counters = load.Nic.L1.Counters;
            Invariant.Check(load.Nic.L1.Count <= Capacity && counters.Inserted + counters.InsertsRefused > Capacity, "L1 is full");
            output.WriteLine(
                $"{"",-28} {counters.Inserted,12:N0} inserted {counters.EvictedTotal,12:N0} evicted "
                + $"{counters.InsertsRefused,12:N0} refused");
        }
    }
}
