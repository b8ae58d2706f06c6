using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fabric.Flow;

/// <summary>
/// Which bits of a <see cref="FlowKey"/> a megaflow matches: a 1-bit is compared, a 0-bit is wildcarded. A 1-bit too many is merely slow; a
/// 1-bit too few is wrong (OVS <c>lib/classifier.h</c>).
/// </summary>
public partial struct FlowMask : IEquatable<FlowMask>
{
    /// <summary>The mask bits, at the offsets of the fields they mask.</summary>
    public FlowKey Bits;

    /// <summary>Every bit of every field.</summary>
    public static FlowMask Exact
    {
        get
        {
            var mask = default(FlowMask);
            FlowKey.MatchBytes(ref mask.Bits).Fill(0xff);
            mask.Bits.Sections = FlowSections.All;
            return mask;
        }
    }

    /// <summary><paramref name="key"/> with every wildcarded bit zero.</summary>
    public static void Apply(ref FlowMask mask, ref FlowKey key, out FlowKey masked)
    {
        masked = default;
        var both = (uint)(mask.Bits.Sections & key.Sections);
        masked.Sections = (FlowSections)both;
        for (; both != 0; both &= both - 1)
        {
            var i = BitOperations.TrailingZeroCount(both);
            FlowKey.Section(ref masked, i) = FlowKey.Section(ref key, i) & FlowKey.Section(ref mask.Bits, i);
        }
    }

    /// <summary>Does <paramref name="key"/>, masked, equal <paramref name="masked"/> (which is already masked by the same mask)?</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Matches(ref FlowMask mask, ref FlowKey key, ref FlowKey masked)
    {
        for (var sections = (uint)mask.Bits.Sections; sections != 0; sections &= sections - 1)
        {
            var i = BitOperations.TrailingZeroCount(sections);
            if ((FlowKey.Section(ref key, i) & FlowKey.Section(ref mask.Bits, i)) != FlowKey.Section(ref masked, i)) return false;
        }

        return true;
    }

    /// <summary>Adds the bits of <paramref name="other"/>.</summary>
    public void Unite(ref FlowMask other)
    {
        for (var sections = (uint)other.Bits.Sections; sections != 0; sections &= sections - 1)
        {
            var i = BitOperations.TrailingZeroCount(sections);
            FlowKey.Section(ref Bits, i) |= FlowKey.Section(ref other.Bits, i);
        }

        Bits.Sections |= other.Bits.Sections;
    }

    public bool Equals(in FlowMask other) => Bits.Equals(in other.Bits);

    bool IEquatable<FlowMask>.Equals(FlowMask other) => Equals(in other);

    public override bool Equals(object? obj) => obj is FlowMask other && Equals(in other);

    public override int GetHashCode() => Bits.GetHashCode();
}
