using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>ICMP message (RFC 792): type, code, checksum, four bytes whose meaning the type decides, data.</summary>
public readonly ref struct Icmpv4View
{
    public const int Size = 8;
    public const int ChecksumOffset = 2;
    public const byte EchoReply = 0;
    public const byte DestinationUnreachable = 3;
    public const byte EchoRequest = 8;
    public const byte TimeExceeded = 11;

    /// <summary>Codes of <see cref="DestinationUnreachable"/>.</summary>
    public const byte ProtocolUnreachable = 2;
    public const byte PortUnreachable = 3;

    /// <summary>The low half of the four bytes is the next hop's MTU (RFC 1191 section 4).</summary>
    public const byte FragmentationNeeded = 4;

    private readonly ReadOnlySpan<byte> _bytes;

    private Icmpv4View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Type => _bytes[0];

    public byte Code => _bytes[1];

    public ushort Checksum => ReadUInt16BigEndian(_bytes[ChecksumOffset..]);

    public uint Rest => ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>Of an echo.</summary>
    public ushort Identifier => (ushort)(Rest >> 16);

    /// <summary>Of an echo.</summary>
    public ushort Sequence => (ushort)Rest;

    /// <summary>Echo data, or the packet that an error quotes.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[Size..];

    public bool IsChecksumCorrect => InternetChecksum.Compute(_bytes) == 0;

    public static bool TryParse(ReadOnlySpan<byte> bytes, out Icmpv4View view)
    {
        if (bytes.Length < Size)
        {
            view = default;
            return false;
        }

        view = new Icmpv4View(bytes);
        return true;
    }
}
