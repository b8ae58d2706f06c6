using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>LLC/SNAP header that carries an Ethernet type or a vendor's protocol number.</summary>
public readonly record struct LlcSnapHeader(uint OrganizationCode, ushort ProtocolId)
{
    public static LlcSnapHeader Parse(LlcSnapView view) => new(view.OrganizationCode, view.ProtocolId);

    public void Emit(Span<byte> destination)
    {
        WriteUInt16BigEndian(destination[6..], ProtocolId);
        WriteUInt32BigEndian(destination[2..], 3u << 24 | OrganizationCode);
        destination[0] = 0xaa;
        destination[1] = 0xaa;
    }
}
