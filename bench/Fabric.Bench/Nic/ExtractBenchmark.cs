using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Bench.Nic;

/// <summary>Frame bytes to the full key, by kind of frame.</summary>
internal sealed class ExtractBenchmark : IBenchmark
{
    private const int FrameCount = 4_000_000;

    public string Name => "extract";

    public string Purpose => "frame bytes to the full flow key: UDP over IPv4, TCP over IPv6, ARP";

    public void Run(BenchRun run)
    {
        var pool = new FramePool(4);
        foreach (var (title, bytes) in SampleFrames.All)
        {
            Invariant.Check(pool.TryRent(bytes.Length, out var frame), "the pool has room for one frame");
            bytes.CopyTo(frame.Bytes);
            var key = default(FlowKey);
            Rates.Measure(run, new BenchCase(title, "M/s"), FrameCount, count =>
            {
                for (long i = 0; i < count; i++) FlowExtractor.Extract(frame, ref key);
            });
            pool.Return(frame);
        }
    }
}
