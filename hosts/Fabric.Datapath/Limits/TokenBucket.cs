namespace Fabric.Datapath;

/// <summary>
/// A rate with a burst. Counts in thousandths, so that a millisecond of any rate is a whole number. Time is passed in and may stand still
/// but not go back.
/// </summary>
public struct TokenBucket
{
    private readonly long _perSecond;
    private readonly long _capacity;
    private long _tokens;
    private long _filledMs;

    /// <param name="perSecond">Units (bits, packets) per second.</param>
    /// <param name="burst">Units that may be taken at once; the bucket starts full.</param>
    public TokenBucket(long perSecond, long burst, long nowMs)
    {
        _perSecond = perSecond;
        _capacity = burst * 1000;
        _tokens = _capacity;
        _filledMs = nowMs;
    }

    public void Fill(long nowMs)
    {
        var passedMs = nowMs - _filledMs;
        if (passedMs <= 0) return;
        _filledMs = nowMs;
        // An idle hour must not overflow: a bucket is full long before.
        var missingMs = _perSecond == 0 ? long.MaxValue : (_capacity - _tokens) / _perSecond + 1;
        _tokens = passedMs >= missingMs ? _capacity : _tokens + passedMs * _perSecond;
    }

    /// <summary>Something is left. What is taken then may be more: the debt is paid before the next.</summary>
    public readonly bool HasTokens => _tokens > 0;

    public readonly bool Has(long units) => _tokens >= units * 1000;

    public void Take(long units) => _tokens -= units * 1000;

    /// <summary>Milliseconds until <see cref="HasTokens"/>, counted from the last <see cref="Fill"/>.</summary>
    public readonly long WaitMs => HasTokens ? 0 : _perSecond == 0 ? long.MaxValue / 2 : -_tokens / _perSecond + 1;
}
