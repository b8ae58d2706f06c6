using Fabric.Wire;

namespace Fabric.Bench.Nic;

/// <summary>Times short runs and prints the best: on a shared machine the best run is the one least disturbed.</summary>
internal static class Measure
{
    private const int RunCount = 7;

    public static void Run(TextWriter output, string title, NicLoad load, int flowCount, int destinationPortCount, long frameCount)
    {
        load.Send(frameCount / 2, flowCount, destinationPortCount);
        var (best, bytes) = (double.MaxValue, 0L);
        for (var run = 0; run < RunCount; run++)
        {
            var delivered = load.Delivered;
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var seconds = load.Send(frameCount, flowCount, destinationPortCount);
            bytes += GC.GetTotalAllocatedBytes(precise: true) - before;
            Invariant.Check(load.Delivered - delivered >= frameCount, "every frame was delivered");
            best = Math.Min(best, seconds);
        }

        var (rate, costNs, allocated) = (frameCount / best / 1e6, best / frameCount * 1e9, (double)bytes / (frameCount * RunCount));
        output.WriteLine($"{title,-28} {rate,8:F1} Mpps {costNs,8:F1} ns/frame {allocated,8:F3} B/frame");
    }
}
