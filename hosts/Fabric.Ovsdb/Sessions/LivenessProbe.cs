namespace Fabric.Ovsdb;

/// <summary>
/// Finds a peer that is gone (lib/reconnect.c, state ACTIVE then IDLE): when nothing was heard for the interval an echo request is due,
/// and when nothing is heard for another the session is over.
/// </summary>
internal sealed class LivenessProbe(int intervalMs, long nowMs)
{
    private long _heardMs = nowMs;
    private bool _hasAsked;

    /// <summary>When something is due; <see cref="long.MaxValue"/> without probes.</summary>
    public long DueMs => intervalMs <= 0 ? long.MaxValue : _heardMs + (_hasAsked ? 2L : 1L) * intervalMs;

    public void Heard(long nowMs)
    {
        _heardMs = nowMs;
        _hasAsked = false;
    }

    /// <summary>Whether the time to ask has come, or passed without an answer.</summary>
    public bool Check(long nowMs, out bool isOver)
    {
        bool isDue = nowMs >= DueMs;
        isOver = isDue && _hasAsked;
        if (!isDue || isOver) return false;
        _hasAsked = true;
        // The answer gets a full interval, even when this check came late.
        _heardMs = nowMs - intervalMs;
        return true;
    }
}
