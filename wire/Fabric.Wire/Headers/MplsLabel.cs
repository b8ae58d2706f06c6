using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>One label stack entry.</summary>
/// <param name="Label">20 bits.</param>
public readonly record struct MplsLabel(uint Label, byte TrafficClass, bool IsBottom, byte Ttl)
{
    public uint Word => Label << 12 | (uint)(TrafficClass & 7) << 9 | (IsBottom ? 0x100u : 0) | Ttl;

    public static MplsLabel Parse(MplsView view) => new(view.Label, view.TrafficClass, view.IsBottom, view.Ttl);

    /// <summary>Writes 4 bytes.</summary>
    public void Emit(Span<byte> destination) => WriteUInt32BigEndian(destination, Word);
}
