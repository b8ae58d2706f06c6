using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>IPv4 header and payload (RFC 791 section 3.1).</summary>
public readonly ref struct Ipv4View
{
    /// <summary>Header without options.</summary>
    public const int MinSize = 20;
    public const int MaxSize = 60;
    public const int TosOffset = 1;
    public const int TtlOffset = 8;
    public const int ProtocolOffset = 9;
    public const int ChecksumOffset = 10;
    public const int SourceOffset = 12;
    public const int DestinationOffset = 16;

    private const ushort DontFragmentBit = 0x4000;
    private const ushort MoreFragmentsBit = 0x2000;
    private const ushort OffsetMask = 0x1fff;

    private readonly ReadOnlySpan<byte> _bytes;

    private Ipv4View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Bytes of the header with its options.</summary>
    public int HeaderSize => (_bytes[0] & 0xf) * 4;

    /// <summary>DSCP (6 bits) and ECN (2 bits).</summary>
    public byte Tos => _bytes[TosOffset];

    public ushort TotalLength => ReadUInt16BigEndian(_bytes[2..]);

    public ushort Identification => ReadUInt16BigEndian(_bytes[4..]);

    public bool DontFragment => (FragmentWord & DontFragmentBit) != 0;

    public bool MoreFragments => (FragmentWord & MoreFragmentsBit) != 0;

    /// <summary>Bytes.</summary>
    public int FragmentOffset => (FragmentWord & OffsetMask) * 8;

    public bool IsFragment => (FragmentWord & (MoreFragmentsBit | OffsetMask)) != 0;

    public byte Ttl => _bytes[TtlOffset];

    public byte Protocol => _bytes[ProtocolOffset];

    public ushort Checksum => ReadUInt16BigEndian(_bytes[ChecksumOffset..]);

    public Ipv4Address Source => Ipv4Address.Read(_bytes[SourceOffset..]);

    public Ipv4Address Destination => Ipv4Address.Read(_bytes[DestinationOffset..]);

    public bool IsChecksumCorrect => InternetChecksum.Compute(_bytes[..HeaderSize]) == 0;

    public ReadOnlySpan<byte> Header => _bytes[..HeaderSize];

    public Ipv4OptionReader Options => new(_bytes[MinSize..HeaderSize]);

    /// <summary>Up to the total length, or to the end of the bytes where a quoted packet was cut.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[HeaderSize..];

    private ushort FragmentWord => ReadUInt16BigEndian(_bytes[6..]);

    /// <summary>A whole packet: header and everything that the total length announces is there; bytes after it are cut off.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Ipv4View view)
    {
        if (TryParseHeader(bytes, out view) && view.TotalLength <= bytes.Length) return true;
        view = default;
        return false;
    }

    /// <summary>A packet whose payload may be cut short, as in the body of an ICMP error.</summary>
    public static bool TryParseHeader(ReadOnlySpan<byte> bytes, out Ipv4View view)
    {
        view = default;
        if (bytes.Length < MinSize || bytes[0] >> 4 != 4) return false;
        var headerSize = (bytes[0] & 0xf) * 4;
        var totalLength = ReadUInt16BigEndian(bytes[2..]);
        if (headerSize < MinSize || bytes.Length < headerSize || totalLength < headerSize) return false;
        view = new Ipv4View(totalLength < bytes.Length ? bytes[..totalLength] : bytes);
        return true;
    }
}
