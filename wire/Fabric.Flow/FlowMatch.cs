using System.Numerics;
using System.Runtime.Intrinsics;

namespace Fabric.Flow;

/// <summary>
/// A mask and the key under it in the space that the mask needs, for what keeps many of them or sends them on: a plain IPv4 megaflow takes
/// 96 bytes instead of twice <see cref="FlowKey.Size"/>, and the mask is shared. Immutable, so that whoever keeps it, sends it or has it
/// sent may be given the same one.
/// </summary>
public sealed class FlowMatch
{
    private readonly SharedMask _mask;
    private readonly MaskedKey _key;

    /// <param name="key">Need not be masked.</param>
    public FlowMatch(ref FlowKey key, SharedMask mask)
    {
        _mask = mask;
        _key = new MaskedKey(ref key, ref mask.Mask);
    }

    /// <summary>One with a mask of its own.</summary>
    /// <inheritdoc cref="FlowMatch(ref FlowKey, SharedMask)"/>
    public FlowMatch(ref FlowKey key, ref FlowMask mask)
        : this(ref key, new SharedMask(ref mask))
    {
    }

    /// <summary>To be read.</summary>
    public ref FlowMask Mask => ref _mask.Mask;

    public SharedMask SharedMask => _mask;

    /// <summary>One section of both; false when the mask has no bits in it.</summary>
    public bool TryGetSection(int index, out Vector256<byte> key, out Vector256<byte> mask)
    {
        (key, mask) = (default, default);
        var sections = (uint)_mask.Mask.Bits.Sections;
        var bit = 1u << index;
        if ((sections & bit) == 0) return false;
        (key, mask) = (_key[BitOperations.PopCount(sections & (bit - 1))], FlowKey.Section(ref _mask.Mask.Bits, index));
        return true;
    }

    /// <summary>The masked key at full size.</summary>
    public void GetKey(out FlowKey key) => _key.Expand(ref _mask.Mask, out key);

    /// <summary>Both at full size; the key is masked.</summary>
    public void Get(out FlowKey key, out FlowMask mask)
    {
        GetKey(out key);
        mask = _mask.Mask;
    }
}
