namespace Fabric.Bench.Nic;

/// <summary>P3: L2 hits with 1, 8, 16 and 32 masks, flows spread evenly over the masks.</summary>
internal sealed class L2Benchmark : IBenchmark
{
    public string Name => "l2";

    public string Purpose => "masked hit with L1 off, frame bytes to action done: 1, 8, 16, 32 masks";

    public void Run(TextWriter output)
    {
        foreach (var maskCount in (int[])[1, 8, 16, 32])
        {
            using var load = new NicLoad(isL1Enabled: false, capacity: 1);
            for (var mask = 0; mask < maskCount; mask++) load.AddFlow(mask, (ushort)mask);
            Measure.Run(output, $"L2 hit, {maskCount} masks", load, 1_000, maskCount, 1_000_000);
            output.WriteLine($"{"",-28} {(double)load.Nic.L2.Probes / load.Nic.L2.Lookups,8:F1} probes/frame");
        }
    }
}
