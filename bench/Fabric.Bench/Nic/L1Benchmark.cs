using Fabric.Wire;

namespace Fabric.Bench.Nic;

/// <summary>P1, P2 and P18: L1 hits from frame bytes to action done, with few and with very many resident flows.</summary>
internal sealed class L1Benchmark : IBenchmark
{
    private const int FrameCount = 4_000_000;
    private const int ZipfDrawCount = 1 << 20;
    private const int MostFlows = 1 << 23;

    public string Name => "l1";

    public string Purpose =>
        "P1, P2: exact match hit, frame bytes to action done: 1,000, 64,000 and 1 M flows, uniform and by Zipf; memory of 8 M";

    public void Run(BenchRun run)
    {
        Measure(run, 1_000, Targets.P1, DpdkLookups.Exact(flowCount: 1_000));
        Measure(run, 64_000, null, null);
        Measure(run, 1_000_000, Targets.P2, DpdkLookups.Exact(flowCount: 50_000));
        foreach (var flowCount in (int[])[1_000, 64_000, 1_000_000]) MeasureZipf(run, flowCount);
        Fill(run, run.Scaled(MostFlows));
    }

    private static void Measure(BenchRun run, int flowCount, Target? target, PeerSource? peer)
    {
        using var load = Loaded(run.Scaled(flowCount));
        var hits = load.Nic.L1.Counters.Hits;
        Rates.Measure(
            run, new BenchCase($"{flowCount:N0} flows", "Mpps", target), FrameCount,
            count =>
            {
                var delivered = load.Delivered;
                load.Send(count, run.Scaled(flowCount), 1);
                Invariant.Check(load.Delivered - delivered >= count, "every frame was delivered");
            },
            peer, new BenchCase($"{flowCount:N0} flows, allocated", "B/frame", Targets.P18Engine, MoreIsBetter: false));
        var misses = load.Nic.L2.Lookups - load.Nic.L1.Counters.Bound;
        Invariant.Check(
            misses == 0 && load.Nic.L1.Count == run.Scaled(flowCount) && load.Nic.L1.Counters.Hits > hits, "all flows stayed resident");
    }

    /// <summary>Few flows have most of the frames: rank r gets a share of 1/r.</summary>
    private static void MeasureZipf(BenchRun run, int flowCount)
    {
        using var load = Loaded(run.Scaled(flowCount));
        var ranks = ZipfRanks(run.Scaled(flowCount), run.Scaled(ZipfDrawCount));
        Rates.Measure(
            run, new BenchCase($"{flowCount:N0} flows, Zipf", "Mpps"), FrameCount,
            count =>
            {
                var delivered = load.Delivered;
                load.Send(count, ranks);
                Invariant.Check(load.Delivered - delivered >= count, "every frame was delivered");
            });
    }

    /// <summary>A full table: every flow is learnt, no other went for it, and then each is found.</summary>
    private static void Fill(BenchRun run, int flowCount)
    {
        run.Tell($"{flowCount:N0} flows, filling");
        using var load = Loaded(flowCount, flowCount);
        var l1 = load.Nic.L1;
        Invariant.Check(l1.Count == flowCount && l1.Counters.Inserted == flowCount, "as many flows as L1 has entries");
        var (hits, inserted) = (l1.Counters.Hits, l1.Counters.Inserted);
        run.Tell($"{flowCount:N0} flows, finding each");
        load.Learn(flowCount, 1);
        var rest = -flowCount & (FrameBatch.Capacity - 1);
        Invariant.Check(
            l1.Counters.Hits - hits == flowCount + rest && l1.Counters.Inserted == inserted, "every flow of a full table is found");
        run.Add(new BenchCase($"{MostFlows:N0} flows, memory", "B/flow", MoreIsBetter: false), [(double)l1.MemorySize / flowCount]);
    }

    private static NicLoad Loaded(int flowCount, int capacity = 1_000_000)
    {
        var load = new NicLoad(isL1Enabled: true, capacity);
        load.AddFlow(0, destinationPort: 0);
        load.Learn(flowCount, 1);
        return load;
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
}
