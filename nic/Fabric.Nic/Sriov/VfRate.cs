using Fabric.Datapath;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>The rates of one VF and the frames that wait for them; its memory is taken when rates are set, and none after.</summary>
internal sealed class VfRate
{
    /// <summary>A guest's transmit ring: more than this is dropped.</summary>
    public const int QueueFrames = 512;

    private const long MinBurstBits = 2 * 1514 * 8;

    private readonly Frame?[] _waiting = new Frame?[QueueFrames];
    private readonly bool _hasMax;
    private readonly bool _hasMin;
    private TokenBucket _max;
    private TokenBucket _min;
    private int _head;

    public VfRate(long minBps, long maxBps, long nowMs)
    {
        (MinBps, MaxBps) = (minBps, maxBps);
        (_hasMin, _hasMax) = (minBps > 0, maxBps > 0);
        _max = new TokenBucket(maxBps, Burst(maxBps), nowMs);
        _min = new TokenBucket(minBps, Burst(minBps), nowMs);
    }

    public long MinBps { get; }

    public long MaxBps { get; }

    public int Count { get; private set; }

    /// <summary>Below its ceiling.</summary>
    public bool IsAllowed => !_hasMax || _max.HasTokens;

    /// <summary>Within what it is guaranteed.</summary>
    public bool IsGuaranteed => _hasMin && _min.HasTokens;

    /// <summary>Until <see cref="IsAllowed"/>; and until <see cref="IsGuaranteed"/>, for ever without a guarantee.</summary>
    public long AllowedInMs => _hasMax ? _max.WaitMs : 0;

    public long GuaranteedInMs => _hasMin ? _min.WaitMs : long.MaxValue / 2;

    /// <summary>The bucket holds what a rate gives in the time by which its owner may be late.</summary>
    public static long Burst(long bps) => Math.Max(MinBurstBits, bps / 1000 * EgressShaper.BurstMs);

    public void Fill(long nowMs)
    {
        if (_hasMax) _max.Fill(nowMs);
        if (_hasMin) _min.Fill(nowMs);
    }

    public void Take(long bits)
    {
        if (_hasMax) _max.Take(bits);
        if (_hasMin && _min.HasTokens) _min.Take(bits);
    }

    public bool TryEnqueue(Frame frame)
    {
        if (Count == QueueFrames) return false;
        _waiting[(_head + Count++) % QueueFrames] = frame;
        return true;
    }

    public Frame Dequeue()
    {
        var frame = _waiting[_head]!;
        _waiting[_head] = null;
        _head = (_head + 1) % QueueFrames;
        Count--;
        return frame;
    }
}
