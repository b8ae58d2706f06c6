using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>
/// A masked flow key in the space its mask needs: only the sections that the mask has bits in, in order. A plain IPv4 megaflow takes 64
/// bytes
/// instead of <see cref="FlowKey.Size"/>.
/// </summary>
public readonly struct MaskedKey
{
    private readonly Vector256<byte>[] _sections;

    private MaskedKey(Vector256<byte>[] sections) => _sections = sections;

    public int SectionCount => _sections.Length;

    public static MaskedKey Of(ref FlowKey key, ref FlowMask mask)
    {
        var used = (uint)mask.Bits.Sections;
        var sections = new Vector256<byte>[BitOperations.PopCount(used)];
        for (var n = 0; used != 0; used &= used - 1, n++)
        {
            var i = BitOperations.TrailingZeroCount(used);
            sections[n] = FlowKey.Section(ref key, i) & FlowKey.Section(ref mask.Bits, i);
        }

        return new MaskedKey(sections);
    }

    /// <summary>Does <paramref name="key"/>, masked by the mask this was made with, equal this?</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Matches(ref FlowKey key, ref FlowMask mask)
    {
        ref var section = ref MemoryMarshal.GetArrayDataReference(_sections);
        for (var used = (uint)mask.Bits.Sections; used != 0; used &= used - 1)
        {
            var i = BitOperations.TrailingZeroCount(used);
            if ((FlowKey.Section(ref key, i) & FlowKey.Section(ref mask.Bits, i)) != section) return false;
            section = ref Unsafe.Add(ref section, 1);
        }

        return true;
    }

    /// <summary>The key at full size; <paramref name="mask"/> is the one this was made with.</summary>
    public void Expand(ref FlowMask mask, out FlowKey key)
    {
        key = default;
        var used = (uint)mask.Bits.Sections;
        for (var n = 0; used != 0; used &= used - 1, n++)
            FlowKey.Section(ref key, BitOperations.TrailingZeroCount(used)) = _sections[n];
        key.Normalize();
    }
}
