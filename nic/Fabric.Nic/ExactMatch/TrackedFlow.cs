using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Fabric.Flow;

namespace Fabric.Nic;

/// <summary>
/// One entry of the exact match flow tracker: one cache line. The first half holds what a hit writes, the second the key's head, which is
/// all of a plain IPv4 key (<see cref="CompactKey"/>); of other keys it is the first section, or the compact form with a tunnel's
/// sections behind it, and those lie in blocks elsewhere.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct TrackedFlow
{
    public const int Size = 64;
    public const int HeadOffset = 32;

    /// <summary>Bits of <see cref="Shape"/> that hold the key's sections.</summary>
    public const uint SectionBits = (1u << FlowKey.SectionCount) - 1;

    /// <summary>The head is the compact form of both base sections.</summary>
    public const uint Compact = 1u << 30;

    /// <summary>The connection has ended. Whoever takes the short way past a shape that is plain and no more need not ask for it.</summary>
    public const uint Ended = 1u << 29;

    /// <summary>Set on every hit, taken back by the clock hand.</summary>
    public const uint Referenced = 1u << 31;

    /// <summary>What belongs to the key.</summary>
    public const uint KeyBits = SectionBits | Compact;

    /// <summary>A key that is all head.</summary>
    public const uint PlainShape = (uint)FlowSections.Base | Compact;

    /// <summary>Value of <see cref="PolicySlot"/> while no policy is bound.</summary>
    public const int NoPolicy = -1;

    /// <summary>Frames answered under a bound policy, the one that bound it included.</summary>
    [FieldOffset(0)] public long Packets;
    [FieldOffset(8)] public long Bytes;

    /// <summary>Low half of the time of last use, milliseconds; compared modulo 2^32.</summary>
    [FieldOffset(16)] public uint LastUsedMs;

    /// <summary>
    /// Sections of the key, <see cref="Compact"/>, <see cref="Ended"/> and <see cref="Referenced"/>; 0 marks a free entry.
    /// </summary>
    [FieldOffset(20)] public uint Shape;

    /// <summary>Both of the above, for one store.</summary>
    [FieldOffset(16)] public ulong UsedAndShape;
    [FieldOffset(24)] public int PolicySlot;
    [FieldOffset(28)] public uint Generation;

    /// <summary>Both of the above, for one comparison.</summary>
    [FieldOffset(24)] public ulong Policy;
    [FieldOffset(HeadOffset)] public Vector256<byte> Head;

    /// <summary>Counts one frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Use(int frameSize, uint nowMs)
    {
        Packets++;
        Bytes += frameSize;
        LastUsedMs = nowMs;
        Shape |= Referenced;
    }

    /// <summary>The form in which a key is stored and looked for.</summary>
    public static uint ShapeOf(ref FlowKey key, out Vector256<byte> head)
    {
        if (CompactKey.TryMake(ref key, out head)) return (uint)key.Sections | Compact;
        head = FlowKey.Section(ref key, 0);
        return (uint)key.Sections;
    }

    /// <summary>Sections that the head does not hold.</summary>
    public static uint Rest(uint shape) => shape & SectionBits & ~((shape & Compact) != 0 ? (uint)FlowSections.Base : 1u);
}
