using System.Diagnostics;

namespace Fabric.Actors;

/// <summary>
/// Where shells get the time that they pass to engines. The process has one, and tests give their own, since a test scheduler's virtual
/// time does not move Akka's monotonic clock.
/// </summary>
public abstract class FabricClock
{
    public static FabricClock System { get; } = new SystemClock();

    /// <summary>Monotonic microseconds.</summary>
    public abstract long NowUs { get; }

    /// <summary>Microseconds since the Unix epoch, for records that are compared across nodes.</summary>
    public abstract long UnixUs { get; }

    /// <summary>Monotonic milliseconds.</summary>
    public long NowMs => NowUs / 1_000;

    private sealed class SystemClock : FabricClock
    {
        public override long NowUs => (long)(Stopwatch.GetTimestamp() * (1_000_000.0 / Stopwatch.Frequency));

        public override long UnixUs => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / 10;
    }
}
