using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>IPv6 header and payload (RFC 8200 section 3). Jumbograms (RFC 2675) do not parse as whole packets.</summary>
public readonly ref struct Ipv6View
{
    public const int Size = 40;
    public const int NextHeaderOffset = 6;
    public const int HopLimitOffset = 7;
    public const int SourceOffset = 8;
    public const int DestinationOffset = 24;

    private readonly ReadOnlySpan<byte> _bytes;

    private Ipv6View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte TrafficClass => (byte)(ReadUInt16BigEndian(_bytes) >> 4);

    /// <summary>20 bits.</summary>
    public uint FlowLabel => ReadUInt32BigEndian(_bytes) & 0xf_ffff;

    /// <summary>Bytes after the fixed header, extension headers included.</summary>
    public ushort PayloadLength => ReadUInt16BigEndian(_bytes[4..]);

    public byte NextHeader => _bytes[NextHeaderOffset];

    public byte HopLimit => _bytes[HopLimitOffset];

    public Ipv6Address Source => Ipv6Address.Read(_bytes[SourceOffset..]);

    public Ipv6Address Destination => Ipv6Address.Read(_bytes[DestinationOffset..]);

    /// <summary>Extension headers and what follows them.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[Size..];

    /// <summary>A whole packet; bytes after it are cut off.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Ipv6View view)
    {
        if (TryParseHeader(bytes, out view) && view.PayloadLength + Size <= bytes.Length) return true;
        view = default;
        return false;
    }

    /// <summary>A packet whose payload may be cut short, as in the body of an ICMPv6 error.</summary>
    public static bool TryParseHeader(ReadOnlySpan<byte> bytes, out Ipv6View view)
    {
        view = default;
        if (bytes.Length < Size || bytes[0] >> 4 != 6) return false;
        var size = ReadUInt16BigEndian(bytes[4..]) + Size;
        view = new Ipv6View(size < bytes.Length ? bytes[..size] : bytes);
        return true;
    }
}
