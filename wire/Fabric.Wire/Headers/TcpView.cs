using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>TCP segment (RFC 9293 section 3.1).</summary>
public readonly ref struct TcpView
{
    /// <summary>Header without options.</summary>
    public const int MinSize = 20;
    public const int ChecksumOffset = 16;

    private readonly ReadOnlySpan<byte> _bytes;

    private TcpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ushort SourcePort => ReadUInt16BigEndian(_bytes);

    public ushort DestinationPort => ReadUInt16BigEndian(_bytes[2..]);

    public uint Sequence => ReadUInt32BigEndian(_bytes[4..]);

    public uint Acknowledgement => ReadUInt32BigEndian(_bytes[8..]);

    public int HeaderSize => (_bytes[12] >> 4) * 4;

    /// <summary>All twelve bits beside the data offset; the three highest are reserved.</summary>
    public TcpFlags Flags => (TcpFlags)(ReadUInt16BigEndian(_bytes[12..]) & 0xfff);

    public ushort Window => ReadUInt16BigEndian(_bytes[14..]);

    public ushort Checksum => ReadUInt16BigEndian(_bytes[ChecksumOffset..]);

    public ushort UrgentPointer => ReadUInt16BigEndian(_bytes[18..]);

    public TcpOptionReader Options => new(_bytes[MinSize..HeaderSize]);

    public ReadOnlySpan<byte> Payload => _bytes[HeaderSize..];

    public static bool TryParse(ReadOnlySpan<byte> bytes, out TcpView view)
    {
        view = default;
        if (bytes.Length < MinSize) return false;
        var headerSize = (bytes[12] >> 4) * 4;
        if (headerSize < MinSize || headerSize > bytes.Length) return false;
        view = new TcpView(bytes);
        return true;
    }

    public bool IsChecksumCorrect(Ipv4Address source, Ipv4Address destination) =>
        IsSumCorrect(InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, _bytes.Length));

    public bool IsChecksumCorrect(Ipv6Address source, Ipv6Address destination) =>
        IsSumCorrect(InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, _bytes.Length));

    private bool IsSumCorrect(ulong pseudoHeader) =>
        InternetChecksum.Finish(InternetChecksum.Add(pseudoHeader, InternetChecksum.Sum(_bytes))) == 0;
}
