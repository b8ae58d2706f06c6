using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fabric.Flow;

/// <summary>Hashing of keys: over used sections only, so that a key's cost follows its shape.</summary>
public partial struct FlowKey
{
    private static readonly Vector128<byte> Mix = Vector128.Create(0x9e3779b97f4a7c15UL, 0xc2b2ae3d27d4eb4fUL).AsByte();

    /// <summary>A seeded hash of the whole key. Seeds differ per NIC, so collisions cannot be aimed.</summary>
    public uint Hash(uint seed)
    {
        var state = Start(seed);
        for (var sections = (uint)Sections; sections != 0; sections &= sections - 1)
            state = Absorb(state, Section(ref this, BitOperations.TrailingZeroCount(sections)));
        return Finish(state);
    }

    /// <summary>The hash of <c>key &amp; mask</c> over the mask's sections, without building the masked key.</summary>
    public static uint HashMasked(ref FlowKey key, ref FlowMask mask, uint seed)
    {
        var state = Start(seed);
        for (var sections = (uint)mask.Bits.Sections; sections != 0; sections &= sections - 1)
        {
            var i = BitOperations.TrailingZeroCount(sections);
            state = Absorb(state, Section(ref key, i) & Section(ref mask.Bits, i));
        }

        return Finish(state);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<byte> Start(uint seed) => Vector128.Create(seed, ~seed, seed * 0x9e3779b9u, 0x85ebca6bu).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<byte> Absorb(Vector128<byte> state, Vector256<byte> section)
    {
        if (Aes.IsSupported)
        {
            state = Aes.Encrypt(state ^ section.GetLower(), Mix);
            return Aes.Encrypt(state ^ section.GetUpper(), Mix);
        }

        return AbsorbPortable(AbsorbPortable(state, section.GetLower()), section.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Finish(Vector128<byte> state)
    {
        if (Aes.IsSupported) state = Aes.Encrypt(Aes.Encrypt(state, Mix), state);
        var words = state.AsUInt64();
        var x = words.GetElement(0) ^ BitOperations.RotateLeft(words.GetElement(1), 32);
        return (uint)(x ^ (x >> 32));
    }

    private static Vector128<byte> AbsorbPortable(Vector128<byte> state, Vector128<byte> block)
    {
        var s = state.AsUInt64();
        var b = block.AsUInt64();
        var a = (s.GetElement(0) ^ b.GetElement(0)) * 0x9e3779b97f4a7c15UL;
        var c = (s.GetElement(1) ^ b.GetElement(1) ^ BitOperations.RotateLeft(a, 29)) * 0xc2b2ae3d27d4eb4fUL;
        return Vector128.Create(a ^ (c >> 31), c ^ BitOperations.RotateLeft(a, 17)).AsByte();
    }
}
