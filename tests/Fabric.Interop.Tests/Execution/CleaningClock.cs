namespace Fabric.Interop.Tests;

/// <summary>When the real one's cleaning thread wakes: every 20 s, beginning with the start of its datapath.</summary>
internal sealed class CleaningClock(long startMs)
{
    private const int IntervalMs = 20_000;

    /// <summary>Between the start of the thread and the moment its clock is stopped.</summary>
    private const int StartupMs = 500;

    private long _nextMs = startMs + IntervalMs - StartupMs;

    public bool IsDue(long nowMs)
    {
        if (nowMs < _nextMs) return false;
        _nextMs = nowMs + IntervalMs;
        return true;
    }
}
