namespace Fabric.Wire;

/// <summary>
/// Frames dropped, by reason. One owner writes; a reader of another thread sees each counter whole but maybe not all at one instant.
/// </summary>
public sealed class DropCounters
{
    private static readonly int ReasonCount = Enum.GetValues<DropReason>().Length;
    private readonly long[] _frames = new long[ReasonCount];

    public long this[DropReason reason] => Volatile.Read(ref _frames[(int)reason]);

    public long Total
    {
        get
        {
            long sum = 0;
            foreach (ref var frames in _frames.AsSpan()) sum += Volatile.Read(ref frames);
            return sum;
        }
    }

    public void Add(DropReason reason, long frames = 1) => _frames[(int)reason] += frames;

    /// <summary>The reasons that occurred, with their counts, in the order of the enumeration.</summary>
    public IEnumerable<KeyValuePair<DropReason, long>> NonZero()
    {
        for (var i = 0; i < ReasonCount; i++)
        {
            var frames = Volatile.Read(ref _frames[i]);
            if (frames != 0) yield return new((DropReason)i, frames);
        }
    }
}
