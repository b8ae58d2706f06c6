namespace Fabric.Bench;

/// <summary>Rates of a loop on this thread, and what each turn of it allocated.</summary>
internal static class Rates
{
    /// <param name="what">In millions a second.</param>
    /// <param name="count">Turns of one round.</param>
    /// <param name="work">Does as many as it is told.</param>
    /// <param name="bytes">The case of the bytes allocated per turn, if they are to be shown.</param>
    public static void Measure(
        BenchRun run, BenchCase what, int count, Action<long> work, PeerSource? peer = null, BenchCase? bytes = null)
    {
        var turns = run.Scaled(count);
        var allocated = new List<double>();
        // Made before, so that what is counted as allocated is the work's.
        Action turn = () => work(turns);
        run.Measure(
            what,
            () =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var rate = BenchRun.MillionsPerSecond(turns, turn);
                allocated.Add((double)(GC.GetAllocatedBytesForCurrentThread() - before) / turns);
                return rate;
            },
            peer);
        if (bytes is not null) run.Add(bytes, allocated.TakeLast(run.Options.Rounds).ToList());
    }
}
