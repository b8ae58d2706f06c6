using System.Globalization;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Fabric.Flow;

/// <summary>Unique flow identifier: 128 bits that name a datapath flow (OVS: <c>ovs_u128</c>, printed as a UUID).</summary>
public readonly record struct Ufid(ulong High, ulong Low)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{High >> 32:x8}-{(ushort)(High >> 16):x4}-{(ushort)High:x4}-{Low >> 48:x4}-{Low & 0xffff_ffff_ffff:x12}");

    /// <summary>
    /// The identifier of the flow that matches <paramref name="maskedKey"/> under <paramref name="mask"/>: a hash of both, the same on
    /// every
    /// machine and in every run. Sections that are zero count as absent, so the way a key was built does not show.
    /// </summary>
    public static Ufid Of(ref FlowKey maskedKey, ref FlowMask mask)
    {
        ulong high = 0x6a09e667f3bcc908, low = 0xbb67ae8584caa73b;
        Absorb(ref maskedKey, 0, ref high, ref low);
        Absorb(ref mask.Bits, FlowKey.SectionCount, ref high, ref low);
        low ^= Scramble(high);
        high ^= Scramble(low + 0x9e3779b97f4a7c15);
        return new Ufid(Scramble(high), Scramble(low));
    }

    private static void Absorb(ref FlowKey key, uint number, ref ulong high, ref ulong low)
    {
        for (var sections = (uint)key.Sections; sections != 0; sections &= sections - 1)
        {
            var i = BitOperations.TrailingZeroCount(sections);
            var words = FlowKey.Section(ref key, i).AsUInt64();
            if (words == Vector256<ulong>.Zero) continue;
            high ^= (number + (uint)i + 1) * 0x9e3779b97f4a7c15;
            for (var w = 0; w < 4; w++)
            {
                high = Scramble(high ^ words[w]);
                low = BitOperations.RotateLeft(low, 27) * 0xc2b2ae3d27d4eb4f + (words[w] ^ BitOperations.RotateLeft(high, 31));
            }
        }
    }

    /// <summary>A bijection whose output bits each depend on all input bits (the finaliser of MurmurHash3).</summary>
    private static ulong Scramble(ulong x)
    {
        x = (x ^ (x >> 33)) * 0xff51afd7ed558ccd;
        x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53;
        return x ^ (x >> 33);
    }
}
