using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>UDP header and data (RFC 768).</summary>
public readonly ref struct UdpView
{
    public const int Size = 8;
    public const int ChecksumOffset = 6;

    private readonly ReadOnlySpan<byte> _bytes;

    private UdpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ushort SourcePort => ReadUInt16BigEndian(_bytes);

    public ushort DestinationPort => ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>Header and data, bytes.</summary>
    public ushort Length => ReadUInt16BigEndian(_bytes[4..]);

    /// <summary>0 when the sender computed none.</summary>
    public ushort Checksum => ReadUInt16BigEndian(_bytes[ChecksumOffset..]);

    public ReadOnlySpan<byte> Payload => _bytes[Size..];

    /// <summary>False when the announced length is not there; bytes after it are cut off.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out UdpView view)
    {
        view = default;
        if (bytes.Length < Size) return false;
        var length = ReadUInt16BigEndian(bytes[4..]);
        if (length < Size || length > bytes.Length) return false;
        view = new UdpView(bytes[..length]);
        return true;
    }

    /// <summary>True when there is no checksum, or a correct one.</summary>
    public bool IsChecksumCorrect(Ipv4Address source, Ipv4Address destination) =>
        Checksum == 0 || IsSumCorrect(InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, _bytes.Length));

    /// <summary>Of a checksum that is there; whether zero may be accepted over IPv6 (RFC 6935) is the caller's to decide.</summary>
    public bool IsChecksumCorrect(Ipv6Address source, Ipv6Address destination) =>
        Checksum == 0 || IsSumCorrect(InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, _bytes.Length));

    private bool IsSumCorrect(ulong pseudoHeader) =>
        InternetChecksum.Finish(InternetChecksum.Add(pseudoHeader, InternetChecksum.Sum(_bytes))) == 0;
}
