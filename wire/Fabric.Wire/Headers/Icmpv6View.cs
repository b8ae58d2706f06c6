using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>ICMPv6 message (RFC 4443 section 2.1), neighbour discovery included.</summary>
public readonly ref struct Icmpv6View
{
    /// <summary>Type, code, checksum and four bytes that every message has which Fabric knows.</summary>
    public const int Size = 8;
    public const int ChecksumOffset = 2;
    public const byte DestinationUnreachable = 1;
    public const byte PacketTooBig = 2;
    public const byte TimeExceeded = 3;
    public const byte EchoRequest = 128;
    public const byte EchoReply = 129;

    // RFC 4861 section 4.
    public const byte RouterSolicitation = 133;
    public const byte RouterAdvertisement = 134;
    public const byte NeighbourSolicitation = 135;
    public const byte NeighbourAdvertisement = 136;

    private readonly ReadOnlySpan<byte> _bytes;

    private Icmpv6View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Type => _bytes[0];

    public byte Code => _bytes[1];

    public ushort Checksum => ReadUInt16BigEndian(_bytes[ChecksumOffset..]);

    public uint Rest => ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>Of an echo.</summary>
    public ushort Identifier => (ushort)(Rest >> 16);

    /// <summary>Of an echo.</summary>
    public ushort Sequence => (ushort)Rest;

    public bool IsNeighbourDiscovery => Type is >= RouterSolicitation and <= NeighbourAdvertisement;

    /// <summary>Echo data, the packet that an error quotes, or the rest of a neighbour discovery message.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[Size..];

    /// <summary>The whole message.</summary>
    public ReadOnlySpan<byte> Message => _bytes;

    public static bool TryParse(ReadOnlySpan<byte> bytes, out Icmpv6View view)
    {
        if (bytes.Length < Size)
        {
            view = default;
            return false;
        }

        view = new Icmpv6View(bytes);
        return true;
    }

    public bool IsChecksumCorrect(Ipv6Address source, Ipv6Address destination) =>
        InternetChecksum.Finish(InternetChecksum.Add(
            InternetChecksum.PseudoHeader(source, destination, IpProtocol.Icmpv6, _bytes.Length), InternetChecksum.Sum(_bytes))) == 0;
}
