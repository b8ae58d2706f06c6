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

/// <summary>An IPv4 header without options. <see cref="Emit"/> computes the checksum.</summary>
/// <param name="PayloadSize">Bytes after the header.</param>
/// <param name="FragmentOffset">Bytes, a multiple of 8.</param>
public readonly record struct Ipv4Header(
    Ipv4Address Source, Ipv4Address Destination, byte Protocol, int PayloadSize, byte Ttl = 64, byte Tos = 0, ushort Identification = 0,
    bool DontFragment = false, bool MoreFragments = false, int FragmentOffset = 0)
{
    /// <summary>Options, if any, are left out.</summary>
    public static Ipv4Header Parse(Ipv4View view) =>
        new(view.Source, view.Destination, view.Protocol, view.TotalLength - view.HeaderSize, view.Ttl, view.Tos, view.Identification,
            view.DontFragment, view.MoreFragments, view.FragmentOffset);

    /// <summary>Writes 20 bytes.</summary>
    public void Emit(Span<byte> destination)
    {
        var header = destination[..Ipv4View.MinSize];
        header[0] = 0x45;
        header[1] = Tos;
        WriteUInt16BigEndian(header[2..], (ushort)(PayloadSize + Ipv4View.MinSize));
        WriteUInt16BigEndian(header[4..], Identification);
        WriteUInt16BigEndian(header[6..], (ushort)((DontFragment ? 0x4000 : 0) | (MoreFragments ? 0x2000 : 0) | FragmentOffset >> 3));
        header[8] = Ttl;
        header[9] = Protocol;
        WriteUInt16BigEndian(header[10..], 0);
        Source.Write(header[12..]);
        Destination.Write(header[16..]);
        WriteUInt16BigEndian(header[10..], InternetChecksum.Compute(header));
    }
}

/// <summary>Reads the options of an IPv4 header one by one (RFC 791 section 3.1).</summary>
public ref struct Ipv4OptionReader
{
    private const byte EndOfList = 0;
    private const byte NoOperation = 1;

    private ReadOnlySpan<byte> _rest;

    internal Ipv4OptionReader(ReadOnlySpan<byte> options) => _rest = options;

    /// <summary>True after an option whose length does not fit: the reader stopped there.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>The next option other than padding.</summary>
    /// <param name="type">Copied flag, class and number.</param>
    public bool TryRead(out byte type, out ReadOnlySpan<byte> data)
    {
        type = 0;
        data = default;
        while (_rest.Length > 0 && _rest[0] == NoOperation) _rest = _rest[1..];
        if (_rest.Length == 0 || _rest[0] == EndOfList) return false;
        if (_rest.Length < 2 || _rest[1] < 2 || _rest[1] > _rest.Length)
        {
            IsMalformed = true;
            _rest = default;
            return false;
        }

        type = _rest[0];
        data = _rest[2.._rest[1]];
        _rest = _rest[_rest[1]..];
        return true;
    }
}
