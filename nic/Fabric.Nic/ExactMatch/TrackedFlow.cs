using System.Runtime.InteropServices;

namespace Fabric.Nic;

/// <summary>
/// One entry of the exact match flow tracker: two cache lines. The header holds what a hit writes, the rest the first three key sections,
/// which is all of a plain or detunnelled IPv4 frame and of a plain IPv6 one; further sections lie in the overflow slab.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct TrackedFlow
{
    public const int Size = 128;
    public const int InlineSectionCount = 3;
    public const int KeyOffset = 32;

    /// <summary>Bits of <see cref="Shape"/> that hold the key's sections.</summary>
    public const uint SectionBits = (1u << Flow.FlowKey.SectionCount) - 1;

    /// <summary>Set on every hit, taken back by the clock hand.</summary>
    public const uint Referenced = 1u << 31;

    /// <summary>Value of <see cref="PolicySlot"/> while no policy is bound.</summary>
    public const int NoPolicy = -1;

    /// <summary>Frames answered under a bound policy, the one that bound it included.</summary>
    [FieldOffset(0)] public long Packets;
    [FieldOffset(8)] public long Bytes;

    /// <summary>Low half of the time of last use, milliseconds; compared modulo 2^32.</summary>
    [FieldOffset(16)] public uint LastUsedMs;

    /// <summary>Sections of the key and <see cref="Referenced"/>; 0 marks a free entry.</summary>
    [FieldOffset(20)] public uint Shape;
    [FieldOffset(24)] public int PolicySlot;
    [FieldOffset(28)] public uint Generation;
}
