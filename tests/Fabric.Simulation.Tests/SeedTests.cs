using System.Collections.Concurrent;
using Xunit.Abstractions;

namespace Fabric.Simulation.Tests;

/// <summary>Random fabrics under random faults: no rule is broken, and in the end everybody reaches everybody.</summary>
public sealed class SeedTests(ITestOutputHelper output)
{
    [Fact]
    public void RandomFabricsKeepEveryRuleAndConverge() => RunAll(Seeds.All);

    [Fact]
    public void SeedsThatFailedOnceStayGood() => RunAll(Seeds.Failed);

    [Fact]
    public void TheSameSeedIsTheSameRun()
    {
        foreach (var seed in Seeds.All.Take(20)) Assert.True(SimRun.Of(seed).TraceHash == SimRun.Of(seed).TraceHash, Seeds.Rerun(seed));
    }

    private void RunAll(IReadOnlyList<int> seeds)
    {
        var results = new ConcurrentBag<SimResult>();
        var failures = new ConcurrentBag<string>();
        Parallel.ForEach(seeds, new ParallelOptions { MaxDegreeOfParallelism = 2 }, seed =>
        {
            try
            {
                var result = SimRun.Of(seed);
                results.Add(result);
                if (result.IsGood) return;
                failures.Add($"seed {seed}: {result.Violations.Count} violations; {Seeds.Rerun(seed)}\n{result.Violations}");
            }
            catch (InvalidOperationException e)
            {
                failures.Add($"seed {seed}: {Seeds.Rerun(seed)}\n{e}");
            }
        });
        output.WriteLine(
            $"{seeds.Count} seeds, {results.Sum(r => r.Steps)} steps, {results.Sum(r => r.Delivered)} frames taken by guests, "
            + $"{results.Sum(r => r.Watched)} answers of the NIC looked at, {failures.Count} failures");
        Assert.True(failures.IsEmpty, $"{failures.Count} of {seeds.Count} seeds failed\n{string.Join("\n\n", failures.Order().Take(12))}");
        if (seeds.Count > 20) Assert.True(results.Sum(r => r.Delivered) > seeds.Count * 100, "the guests did talk");
    }
}
