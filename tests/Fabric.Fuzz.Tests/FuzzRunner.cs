using System.Diagnostics;
using System.Globalization;
using Xunit.Sdk;

namespace Fabric.Fuzz.Tests;

/// <summary>
/// Runs one target until the time or the count is used up, and fails at the first input that throws, takes too long or allocates too much.
/// The failure names seed and number and holds the input in hexadecimal, so it can be made a test of its own.
/// </summary>
internal static class FuzzRunner
{
    public const int MaxInputMs = 10;

    /// <summary>Each target's time: <c>FABRIC_FUZZ_SECONDS</c>, else 2.</summary>
    public static double Seconds { get; } = Variable("FABRIC_FUZZ_SECONDS", 2);

    /// <summary>Each target's most inputs: <c>FABRIC_FUZZ_COUNT</c>, else as many as the time allows.</summary>
    public static double MaxCount { get; } = Variable("FABRIC_FUZZ_COUNT", double.MaxValue);

    /// <summary>Returns how many inputs were run.</summary>
    public static long Run(IFuzzTarget target, int seed)
    {
        byte[][] samples = [.. target.Samples];
        foreach (var sample in samples) target.Run(sample);
        var mutator = new FuzzMutator(seed, samples);
        var clock = Stopwatch.StartNew();
        long count = 0;
        while (count < MaxCount && clock.Elapsed.TotalSeconds < Seconds)
        {
            var input = mutator.Next();
            Judge(target, input, $"input {count} of FABRIC_SEED={seed.ToString(CultureInfo.InvariantCulture)}");
            count++;
        }

        return count;
    }

    private static void Judge(IFuzzTarget target, byte[] input, string which)
    {
        var (ms, allocated) = Measure(target, input, which);
        // Somebody else may have had the processor, or a static constructor ran: only what repeats counts.
        for (var retry = 0; retry < 5 && (ms > MaxInputMs || allocated > target.MaxAllocatedSize); retry++)
        {
            var again = Measure(target, input, which);
            (ms, allocated) = (Math.Min(ms, again.Ms), Math.Min(allocated, again.Allocated));
        }

        if (ms > MaxInputMs) Fail(target, input, which, $"took {ms:F1} ms", null);
        if (allocated > target.MaxAllocatedSize) Fail(target, input, which, $"allocated {allocated} bytes", null);
    }

    private static (double Ms, long Allocated) Measure(IFuzzTarget target, byte[] input, string which)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        try
        {
            target.Run(input);
        }
        catch (Exception e)
        {
            Fail(target, input, which, "threw", e);
        }

        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Fail(IFuzzTarget target, byte[] input, string which, string what, Exception? cause) =>
        throw new XunitException($"{target.GetType().Name}: {which} {what}: {cause}\n{Convert.ToHexString(input)}");

    private static double Variable(string name, double otherwise) =>
        double.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : otherwise;
}
