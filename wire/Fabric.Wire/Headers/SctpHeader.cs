using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>SCTP common header with a checksum that someone else computed.</summary>
public readonly record struct SctpHeader(ushort SourcePort, ushort DestinationPort, uint VerificationTag, uint Checksum)
{
    public static SctpHeader Parse(SctpView view) => new(view.SourcePort, view.DestinationPort, view.VerificationTag, view.Checksum);

    /// <summary>Writes 12 bytes.</summary>
    public void Emit(Span<byte> destination)
    {
        WriteUInt32BigEndian(destination[8..], Checksum);
        WriteUInt32BigEndian(destination[4..], VerificationTag);
        WriteUInt16BigEndian(destination[2..], DestinationPort);
        WriteUInt16BigEndian(destination, SourcePort);
    }
}
