using Fabric.Wire;

namespace Fabric.Bench.Nic;

/// <summary>P3: L2 hits with 1, 8, 16 and 32 masks, flows spread evenly over the masks.</summary>
internal sealed class L2Benchmark : IBenchmark
{
    private const int FrameCount = 1_000_000;
    private const int FlowCount = 1_000;

    public string Name => "l2";

    public string Purpose => "P3: masked hit with L1 off, frame bytes to action done: 1, 8, 16, 32 masks";

    public void Run(BenchRun run)
    {
        foreach (var maskCount in (int[])[1, 8, 16, 32])
        {
            using var load = new NicLoad(isL1Enabled: false, capacity: 1);
            for (var mask = 0; mask < maskCount; mask++) load.AddFlow(mask, (ushort)mask);
            Rates.Measure(
                run, new BenchCase($"{maskCount} mask{(maskCount == 1 ? "" : "s")}", "Mpps", Targets.P3), FrameCount,
                count =>
                {
                    var delivered = load.Delivered;
                    load.Send(count, FlowCount, maskCount);
                    Invariant.Check(load.Delivered - delivered >= count, "every frame was delivered");
                },
                DpdkLookups.Masked(FlowCount, maskCount));
            run.Add(
                new BenchCase($"{maskCount} mask{(maskCount == 1 ? "" : "s")}, probes", "probes/frame", MoreIsBetter: false),
                [(double)load.Nic.L2.Probes / load.Nic.L2.Lookups]);
        }
    }
}
