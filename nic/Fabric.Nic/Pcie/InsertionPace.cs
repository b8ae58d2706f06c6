namespace Fabric.Nic;

/// <summary>
/// How fast the NIC can write flows. Each takes its time, one after the other; what was not used is not saved up, but for the rest of the
/// millisecond that the clock cannot tell apart.
/// </summary>
internal sealed class InsertionPace(int perSecond)
{
    private const long NsPerMs = 1_000_000;

    private readonly long _eachNs = perSecond == 0 ? 0 : 1_000_000_000 / perSecond;
    private long _freeNs;

    /// <summary>The first millisecond in which the next flow can be written.</summary>
    public long NextMs => _freeNs / NsPerMs;

    public bool TryTake(long nowMs)
    {
        if (_eachNs == 0) return true;
        if (_freeNs >= (nowMs + 1) * NsPerMs) return false;
        _freeNs = Math.Max(_freeNs, nowMs * NsPerMs) + _eachNs;
        return true;
    }
}
