using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fabric.Flow;

/// <summary>
/// A masked flow key in the space its mask needs: only the sections that the mask has bits in, in order. The two that every key has lie in
/// the structure itself, so that a plain IPv4 megaflow takes 72 bytes and no object of its own.
/// </summary>
public readonly struct MaskedKey
{
    private const int Inline = 2;

    private readonly Vector256<byte> _first;
    private readonly Vector256<byte> _second;

    /// <summary>Sections behind the first two; null without.</summary>
    private readonly Vector256<byte>[]? _rest;

    /// <param name="key">Need not be masked.</param>
    public MaskedKey(ref FlowKey key, ref FlowMask mask)
    {
        var used = (uint)mask.Bits.Sections;
        var count = BitOperations.PopCount(used);
        if (count > Inline) _rest = new Vector256<byte>[count - Inline];
        for (var n = 0; used != 0; used &= used - 1, n++)
        {
            var i = BitOperations.TrailingZeroCount(used);
            var section = FlowKey.Section(ref key, i) & FlowKey.Section(ref mask.Bits, i);
            if (n == 0) _first = section;
            else if (n == 1) _second = section;
            else _rest![n - Inline] = section;
        }
    }

    /// <summary>Does <paramref name="key"/>, masked by the mask this was made with, equal this?</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Matches(ref FlowKey key, ref FlowMask mask)
    {
        if (mask.Bits.Sections != FlowSections.Base) return MatchesOther(ref key, ref mask);
        var first = (FlowKey.Section(ref key, 0) & FlowKey.Section(ref mask.Bits, 0)) ^ _first;
        var second = (FlowKey.Section(ref key, 1) & FlowKey.Section(ref mask.Bits, 1)) ^ _second;
        return (first | second) == Vector256<byte>.Zero;
    }

    /// <summary>The key at full size; <paramref name="mask"/> is the one this was made with.</summary>
    public void Expand(ref FlowMask mask, out FlowKey key)
    {
        key = default;
        var used = (uint)mask.Bits.Sections;
        for (var n = 0; used != 0; used &= used - 1, n++)
            FlowKey.Section(ref key, BitOperations.TrailingZeroCount(used)) = this[n];
        key.Normalize();
    }

    /// <summary>The section that is the <paramref name="n"/>th of those that the mask has bits in.</summary>
    public Vector256<byte> this[int n] => n == 0 ? _first : n == 1 ? _second : _rest![n - Inline];

    private bool MatchesOther(ref FlowKey key, ref FlowMask mask)
    {
        var used = (uint)mask.Bits.Sections;
        for (var n = 0; used != 0; used &= used - 1, n++)
        {
            var i = BitOperations.TrailingZeroCount(used);
            if ((FlowKey.Section(ref key, i) & FlowKey.Section(ref mask.Bits, i)) != this[n]) return false;
        }

        return true;
    }
}
