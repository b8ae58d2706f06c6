using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>Control bits (RFC 9293 section 3.1; ECE and CWR RFC 3168; NS RFC 3540), as in OVS <c>tcp_flags</c>.</summary>
[Flags]
public enum TcpFlags : ushort
{
    None = 0,
    Fin = 1 << 0,
    Syn = 1 << 1,
    Rst = 1 << 2,
    Psh = 1 << 3,
    Ack = 1 << 4,
    Urg = 1 << 5,
    Ece = 1 << 6,
    Cwr = 1 << 7,
    Ns = 1 << 8,
}

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

/// <summary>TCP header; the options are written apart, after its 20 bytes.</summary>
/// <param name="OptionsSize">Bytes, a multiple of 4, at most 40.</param>
public readonly record struct TcpHeader(
    ushort SourcePort, ushort DestinationPort, uint Sequence, uint Acknowledgement, TcpFlags Flags, ushort Window,
    ushort UrgentPointer = 0, int OptionsSize = 0)
{
    public static TcpHeader Parse(TcpView view) =>
        new(view.SourcePort, view.DestinationPort, view.Sequence, view.Acknowledgement, view.Flags, view.Window, view.UrgentPointer,
            view.HeaderSize - TcpView.MinSize);

    /// <summary>Writes 20 bytes with a zero checksum, which the <c>Fill</c> methods compute once options and data are in place.</summary>
    public void Emit(Span<byte> destination)
    {
        WriteUInt32BigEndian(destination[16..], UrgentPointer);
        WriteUInt16BigEndian(destination, SourcePort);
        WriteUInt16BigEndian(destination[2..], DestinationPort);
        WriteUInt32BigEndian(destination[4..], Sequence);
        WriteUInt32BigEndian(destination[8..], Acknowledgement);
        WriteUInt16BigEndian(destination[12..], (ushort)((TcpView.MinSize + OptionsSize) / 4 << 12 | (ushort)Flags));
        WriteUInt16BigEndian(destination[14..], Window);
    }

    /// <param name="segment">Header and data, exactly.</param>
    public static void FillChecksum(Span<byte> segment, Ipv4Address source, Ipv4Address destination) =>
        Fill(segment, InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, segment.Length));

    public static void FillChecksum(Span<byte> segment, Ipv6Address source, Ipv6Address destination) =>
        Fill(segment, InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, segment.Length));

    private static void Fill(Span<byte> segment, ulong pseudoHeader)
    {
        WriteUInt16BigEndian(segment[TcpView.ChecksumOffset..], 0);
        var checksum = InternetChecksum.Finish(InternetChecksum.Add(pseudoHeader, InternetChecksum.Sum(segment)));
        WriteUInt16BigEndian(segment[TcpView.ChecksumOffset..], checksum);
    }
}

/// <summary>Reads TCP options one by one (RFC 9293 section 3.2).</summary>
public ref struct TcpOptionReader
{
    public const byte MaximumSegmentSize = 2;

    /// <summary>RFC 7323 section 2.2.</summary>
    public const byte WindowScale = 3;

    /// <summary>RFC 2018 section 2.</summary>
    public const byte SackPermitted = 4;

    /// <summary>RFC 7323 section 3.2.</summary>
    public const byte Timestamps = 8;

    private const byte EndOfList = 0;
    private const byte NoOperation = 1;

    private ReadOnlySpan<byte> _rest;

    internal TcpOptionReader(ReadOnlySpan<byte> options) => _rest = options;

    /// <summary>True after an option whose length does not fit: the reader stopped there.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>The next option other than padding.</summary>
    public bool TryRead(out byte kind, out ReadOnlySpan<byte> data)
    {
        kind = 0;
        data = default;
        while (_rest.Length > 0 && _rest[0] == NoOperation) _rest = _rest[1..];
        if (_rest.Length == 0 || _rest[0] == EndOfList) return false;
        if (_rest.Length < 2 || _rest[1] < 2 || _rest[1] > _rest.Length)
        {
            IsMalformed = true;
            _rest = default;
            return false;
        }

        kind = _rest[0];
        data = _rest[2.._rest[1]];
        _rest = _rest[_rest[1]..];
        return true;
    }
}
