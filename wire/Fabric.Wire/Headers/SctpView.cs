using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>SCTP common header (RFC 9260 section 3.1). Chunks are not read, and its CRC32c is neither checked nor made.</summary>
public readonly ref struct SctpView
{
    public const int Size = 12;

    private readonly ReadOnlySpan<byte> _bytes;

    private SctpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ushort SourcePort => ReadUInt16BigEndian(_bytes);

    public ushort DestinationPort => ReadUInt16BigEndian(_bytes[2..]);

    public uint VerificationTag => ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>CRC32c as it stands on the wire.</summary>
    public uint Checksum => ReadUInt32BigEndian(_bytes[8..]);

    public ReadOnlySpan<byte> Payload => _bytes[Size..];

    public static bool TryParse(ReadOnlySpan<byte> bytes, out SctpView view)
    {
        if (bytes.Length < Size)
        {
            view = default;
            return false;
        }

        view = new SctpView(bytes);
        return true;
    }
}
