using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>One queue of an <see cref="EgressShaper"/>: bounded, first in, first out.</summary>
internal sealed class ShapedQueue(uint number, QueueSettings settings, long portRateBps, int limit, long nowMs)
{
    private const long MinWeight = 1;

    private readonly Queue<Frame> _frames = new();

    public TokenBucket Guaranteed = new(settings.MinRateBps, EgressShaper.Burst(settings.MinRateBps, 0), nowMs);
    public TokenBucket Ceiling = new(
        EgressShaper.RateOf(settings.MaxRateBps, portRateBps),
        EgressShaper.Burst(EgressShaper.RateOf(settings.MaxRateBps, portRateBps), settings.BurstBits), nowMs);

    /// <summary>Counts go on when the settings of a queue change.</summary>
    public long TxPackets;
    public long TxBytes;
    public long TxErrors;

    /// <summary>Bytes sent beyond the guarantee, by weight: the queue that is behind is next.</summary>
    public long Served;

    public uint Number => number;

    public QueueSettings Settings => settings;

    public long CreatedMs { get; init; } = nowMs;

    public int Count => _frames.Count;

    public long Weight { get; } = Math.Max(MinWeight, settings.MinRateBps / 1000);

    public Frame First => _frames.Peek();

    public bool TryEnqueue(Frame frame)
    {
        if (_frames.Count >= limit) return false;
        _frames.Enqueue(frame);
        return true;
    }

    public Frame Dequeue() => _frames.Dequeue();

    public void Fill(long nowMs)
    {
        Guaranteed.Fill(nowMs);
        Ceiling.Fill(nowMs);
    }
}
