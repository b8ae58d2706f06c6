using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>The NVGRE form of a GRE header (RFC 7637 section 3.2): key present, no checksum, no sequence, Ethernet inside.</summary>
public readonly record struct NvgreHeader(uint Vsid, byte FlowId)
{
    public static NvgreHeader Parse(GreView view) => new(view.Vsid, view.FlowId);

    /// <summary>Writes 8 bytes.</summary>
    public void Emit(Span<byte> destination)
    {
        WriteUInt32BigEndian(destination[4..], Vsid << 8 | FlowId);
        WriteUInt32BigEndian(destination, 0x2000_0000u | EtherType.TransparentEthernetBridging);
    }
}
