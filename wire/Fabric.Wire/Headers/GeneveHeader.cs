using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>GENEVE header, version 0. The options are written apart: they follow the 8 bytes.</summary>
/// <param name="OptionsSize">Bytes, a multiple of 4, at most 252.</param>
public readonly record struct GeneveHeader(
    uint Vni, int OptionsSize = 0, bool IsControl = false, bool HasCriticalOptions = false,
    ushort ProtocolType = EtherType.TransparentEthernetBridging)
{
    public static GeneveHeader Parse(GeneveView view) =>
        new(view.Vni, view.OptionsSize, view.IsControl, view.HasCriticalOptions, view.ProtocolType);

    /// <summary>Writes 8 bytes, the reserved ones zero.</summary>
    public void Emit(Span<byte> destination)
    {
        WriteUInt32BigEndian(destination[4..], Vni << 8);
        destination[0] = (byte)(OptionsSize / 4);
        destination[1] = (byte)((IsControl ? 0x80 : 0) | (HasCriticalOptions ? 0x40 : 0));
        WriteUInt16BigEndian(destination[2..], ProtocolType);
    }
}
