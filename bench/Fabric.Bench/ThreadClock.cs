using System.Runtime.InteropServices;

namespace Fabric.Bench;

/// <summary>Processor time of the calling thread: what a CPU-bound loop costs, whoever else wants the core.</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    public static double Seconds
    {
        get
        {
            _ = GetTime(ThreadCpuTime, out var time);
            return time.Seconds + time.Nanoseconds * 1e-9;
        }
    }

    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);
}
