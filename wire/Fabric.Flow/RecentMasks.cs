namespace Fabric.Flow;

/// <summary>Masks used lately, so that matches made one after the other share them: there are few masks and many flows.</summary>
public sealed class RecentMasks
{
    private const int Size = 64;

    private readonly SharedMask?[] _masks = new SharedMask?[Size];

    /// <summary>An equal one if it is still known.</summary>
    public SharedMask Get(ref FlowMask mask)
    {
        ref var known = ref _masks[mask.Bits.Hash(0) & (Size - 1)];
        if (known is null || !known.Mask.Equals(in mask)) known = new SharedMask(ref mask);
        return known;
    }
}
