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

/// <summary>UDP header. <see cref="Emit"/> writes no checksum; the <c>Fill</c> methods compute it once the data is in place.</summary>
public readonly record struct UdpHeader(ushort SourcePort, ushort DestinationPort, int PayloadSize)
{
    public static UdpHeader Parse(UdpView view) => new(view.SourcePort, view.DestinationPort, view.Payload.Length);

    /// <summary>Writes 8 bytes.</summary>
    public void Emit(Span<byte> destination)
    {
        WriteUInt16BigEndian(destination[6..], 0);
        WriteUInt16BigEndian(destination[4..], (ushort)(PayloadSize + UdpView.Size));
        WriteUInt16BigEndian(destination[2..], DestinationPort);
        WriteUInt16BigEndian(destination, SourcePort);
    }

    /// <param name="datagram">Header and data, exactly.</param>
    public static void FillChecksum(Span<byte> datagram, Ipv4Address source, Ipv4Address destination) =>
        Fill(datagram, InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, datagram.Length));

    public static void FillChecksum(Span<byte> datagram, Ipv6Address source, Ipv6Address destination) =>
        Fill(datagram, InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, datagram.Length));

    private static void Fill(Span<byte> datagram, ulong pseudoHeader)
    {
        WriteUInt16BigEndian(datagram[UdpView.ChecksumOffset..], 0);
        var checksum = InternetChecksum.Finish(InternetChecksum.Add(pseudoHeader, InternetChecksum.Sum(datagram)));
        // RFC 768: zero means "none", so a computed zero is sent as all ones, which is the same number in one's complement.
        WriteUInt16BigEndian(datagram[UdpView.ChecksumOffset..], checksum == 0 ? ushort.MaxValue : checksum);
    }
}
