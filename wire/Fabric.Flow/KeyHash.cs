using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fabric.Flow;

/// <summary>
/// The hash of <see cref="FlowKey"/> made ready for one seed, for tables that keep the base sections of a key in a form of their own.
/// </summary>
public readonly struct KeyHash(uint seed)
{
    private readonly Vector128<byte> _start = FlowKey.Start(seed);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Of(Vector256<byte> head) => FlowKey.Finish(FlowKey.Absorb(_start, head));

    /// <summary>Of <paramref name="head"/> followed by the sections of <paramref name="key"/> that <paramref name="rest"/> names.</summary>
    public uint Of(Vector256<byte> head, ref FlowKey key, FlowSections rest)
    {
        var state = FlowKey.Absorb(_start, head);
        for (var sections = (uint)rest; sections != 0; sections &= sections - 1)
            state = FlowKey.Absorb(state, FlowKey.Section(ref key, BitOperations.TrailingZeroCount(sections)));
        return FlowKey.Finish(state);
    }
}
