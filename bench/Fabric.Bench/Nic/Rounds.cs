namespace Fabric.Bench.Nic;

/// <summary>Times rounds of work by the thread's processor time and prints the best: it is the one least disturbed.</summary>
internal static class Rounds
{
    private const int RoundCount = 7;

    /// <param name="work">Does as much as it is told.</param>
    public static void Best(TextWriter output, string title, long count, Action<long> work)
    {
        work(count / 2);
        var (best, bytes) = (double.MaxValue, 0L);
        for (var round = 0; round < RoundCount; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var start = ThreadClock.Seconds;
            work(count);
            best = Math.Min(best, ThreadClock.Seconds - start);
            bytes += GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        var (rate, costNs, allocated) = (count / best / 1e6, best / count * 1e9, (double)bytes / (count * RoundCount));
        output.WriteLine($"{title,-28} {rate,8:F1} M/s  {costNs,8:F1} ns each  {allocated,8:F3} B each");
    }
}
