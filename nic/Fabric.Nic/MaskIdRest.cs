namespace Fabric.Nic;

/// <summary>
/// Mask ids that were freed and may not be used again yet: frames under way in the card could still carry them (Linux
/// <c>nfp/flower/metadata.c</c>, <c>NFP_FL_MASK_REUSE_TIME_NS</c>). At most as many as there are ids.
/// </summary>
internal sealed class MaskIdRest(long restUs)
{
    private readonly Queue<long> _freedMs = new();

    public void Freed(int count, long nowMs)
    {
        for (; count > 0 && restUs > 0; count--) _freedMs.Enqueue(nowMs);
    }

    /// <summary>Ids that rest at <paramref name="nowMs"/>.</summary>
    public int Count(long nowMs)
    {
        while (_freedMs.TryPeek(out var freedMs) && (nowMs - freedMs) * 1000 >= restUs) _freedMs.Dequeue();
        return _freedMs.Count;
    }
}
