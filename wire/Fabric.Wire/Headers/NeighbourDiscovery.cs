using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>
/// Neighbour solicitation or advertisement (RFC 4861 sections 4.3 and 4.4). Whether it may be believed (hop limit 255, checksum, no code) is
/// for the receiver to check: that needs the IP header.
/// </summary>
/// <param name="IsAdvertisement">Else a solicitation.</param>
/// <param name="Flags">Router (0x80), solicited (0x40), override (0x20); 0 in a solicitation.</param>
/// <param name="LinkLayer">Source link-layer address of a solicitation, target link-layer address of an advertisement; null when absent.</param>
public readonly record struct NeighbourMessage(bool IsAdvertisement, Ipv6Address Target, byte Flags, MacAddress? LinkLayer)
{
    public const byte RouterFlag = 0x80;
    public const byte SolicitedFlag = 0x40;
    public const byte OverrideFlag = 0x20;

    /// <summary>ICMPv6 header and target, without options.</summary>
    public const int MinSize = 24;

    public int Size => MinSize + (LinkLayer is null ? 0 : 8);

    /// <param name="bytes">The ICMPv6 message.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out NeighbourMessage message)
    {
        message = default;
        if (bytes.Length < MinSize || bytes[0] is not (Icmpv6View.NeighbourSolicitation or Icmpv6View.NeighbourAdvertisement)) return false;
        var isAdvertisement = bytes[0] == Icmpv6View.NeighbourAdvertisement;
        var wanted = isAdvertisement ? NeighbourOptionReader.TargetLinkLayer : NeighbourOptionReader.SourceLinkLayer;
        MacAddress? linkLayer = null;
        var options = new NeighbourOptionReader(bytes[MinSize..]);
        while (options.TryRead(out var type, out var data))
            if (type == wanted && data.Length == 6) linkLayer ??= MacAddress.Read(data);
        if (options.IsMalformed) return false;
        message = new NeighbourMessage(isAdvertisement, Ipv6Address.Read(bytes[8..]), isAdvertisement ? bytes[4] : (byte)0, linkLayer);
        return true;
    }

    /// <summary>Writes <see cref="Size"/> bytes with a correct checksum.</summary>
    public void Emit(Span<byte> destination, Ipv6Address from, Ipv6Address to)
    {
        var bytes = destination[..Size];
        Target.Write(bytes[8..]);
        if (LinkLayer is { } mac)
        {
            bytes[24] = IsAdvertisement ? NeighbourOptionReader.TargetLinkLayer : NeighbourOptionReader.SourceLinkLayer;
            bytes[25] = 1;
            mac.Write(bytes[26..]);
        }

        var type = IsAdvertisement ? Icmpv6View.NeighbourAdvertisement : Icmpv6View.NeighbourSolicitation;
        new Icmpv6Header(type, 0, (uint)Flags << 24).Emit(bytes, from, to);
    }
}

/// <summary>Router solicitation (RFC 4861 section 4.1).</summary>
public readonly record struct RouterSolicitation(MacAddress? SourceLinkLayer)
{
    public const int MinSize = 8;

    public int Size => MinSize + (SourceLinkLayer is null ? 0 : 8);

    public static bool TryParse(ReadOnlySpan<byte> bytes, out RouterSolicitation message)
    {
        message = default;
        if (bytes.Length < MinSize || bytes[0] != Icmpv6View.RouterSolicitation) return false;
        MacAddress? linkLayer = null;
        var options = new NeighbourOptionReader(bytes[MinSize..]);
        while (options.TryRead(out var type, out var data))
            if (type == NeighbourOptionReader.SourceLinkLayer && data.Length == 6) linkLayer ??= MacAddress.Read(data);
        if (options.IsMalformed) return false;
        message = new RouterSolicitation(linkLayer);
        return true;
    }

    public void Emit(Span<byte> destination, Ipv6Address from, Ipv6Address to)
    {
        var bytes = destination[..Size];
        if (SourceLinkLayer is { } mac)
        {
            bytes[8] = NeighbourOptionReader.SourceLinkLayer;
            bytes[9] = 1;
            mac.Write(bytes[10..]);
        }

        new Icmpv6Header(Icmpv6View.RouterSolicitation, 0, 0).Emit(bytes, from, to);
    }
}

/// <summary>Router advertisement (RFC 4861 section 4.2) with the link-layer address, MTU and first prefix options.</summary>
/// <param name="Flags">Managed (0x80), other (0x40).</param>
/// <param name="Prefix">Null when the message announces none.</param>
public readonly record struct RouterAdvertisement(
    byte HopLimit, byte Flags, ushort LifetimeSeconds, uint ReachableMs, uint RetransmitMs,
    MacAddress? SourceLinkLayer = null, uint? Mtu = null, PrefixInformation? Prefix = null)
{
    public const int MinSize = 16;

    public int Size => MinSize + (SourceLinkLayer is null ? 0 : 8) + (Mtu is null ? 0 : 8) + (Prefix is null ? 0 : PrefixInformation.Size);

    public static bool TryParse(ReadOnlySpan<byte> bytes, out RouterAdvertisement message)
    {
        message = default;
        if (bytes.Length < MinSize || bytes[0] != Icmpv6View.RouterAdvertisement) return false;
        MacAddress? linkLayer = null;
        uint? mtu = null;
        PrefixInformation? prefix = null;
        var options = new NeighbourOptionReader(bytes[MinSize..]);
        while (options.TryRead(out var type, out var data))
        {
            if (type == NeighbourOptionReader.SourceLinkLayer && data.Length == 6) linkLayer ??= MacAddress.Read(data);
            else if (type == NeighbourOptionReader.Mtu && data.Length == 6) mtu ??= ReadUInt32BigEndian(data[2..]);
            else if (type == NeighbourOptionReader.PrefixInformation && data.Length == 30) prefix ??= PrefixInformation.Parse(data);
        }

        if (options.IsMalformed) return false;
        message = new RouterAdvertisement(
            bytes[4], bytes[5], ReadUInt16BigEndian(bytes[6..]), ReadUInt32BigEndian(bytes[8..]), ReadUInt32BigEndian(bytes[12..]),
            linkLayer, mtu, prefix);
        return true;
    }

    public void Emit(Span<byte> destination, Ipv6Address from, Ipv6Address to)
    {
        var bytes = destination[..Size];
        WriteUInt32BigEndian(bytes[8..], ReachableMs);
        WriteUInt32BigEndian(bytes[12..], RetransmitMs);
        var rest = bytes[MinSize..];
        if (SourceLinkLayer is { } mac)
        {
            rest[0] = NeighbourOptionReader.SourceLinkLayer;
            rest[1] = 1;
            mac.Write(rest[2..]);
            rest = rest[8..];
        }

        if (Mtu is { } mtu)
        {
            WriteUInt32BigEndian(rest, (uint)NeighbourOptionReader.Mtu << 24 | 1 << 16);
            WriteUInt32BigEndian(rest[4..], mtu);
            rest = rest[8..];
        }

        Prefix?.Emit(rest);
        var header = (uint)HopLimit << 24 | (uint)Flags << 16 | LifetimeSeconds;
        new Icmpv6Header(Icmpv6View.RouterAdvertisement, 0, header).Emit(bytes, from, to);
    }
}

/// <summary>Prefix information option (RFC 4861 section 4.6.2).</summary>
/// <param name="Flags">On-link (0x80), autonomous (0x40).</param>
public readonly record struct PrefixInformation(
    Ipv6Address Prefix, byte PrefixLength, byte Flags, uint ValidSeconds, uint PreferredSeconds)
{
    public const int Size = 32;

    internal static PrefixInformation Parse(ReadOnlySpan<byte> data) =>
        new(Ipv6Address.Read(data[14..]), data[0], data[1], ReadUInt32BigEndian(data[2..]), ReadUInt32BigEndian(data[6..]));

    internal void Emit(Span<byte> destination)
    {
        Prefix.Write(destination[16..]);
        destination[0] = NeighbourOptionReader.PrefixInformation;
        destination[1] = 4;
        destination[2] = PrefixLength;
        destination[3] = Flags;
        WriteUInt32BigEndian(destination[4..], ValidSeconds);
        WriteUInt32BigEndian(destination[8..], PreferredSeconds);
        WriteUInt32BigEndian(destination[12..], 0);
    }
}

/// <summary>Reads neighbour discovery options one by one (RFC 4861 section 4.6).</summary>
public ref struct NeighbourOptionReader
{
    public const byte SourceLinkLayer = 1;
    public const byte TargetLinkLayer = 2;
    public const byte PrefixInformation = 3;
    public const byte Mtu = 5;

    private ReadOnlySpan<byte> _rest;

    public NeighbourOptionReader(ReadOnlySpan<byte> options) => _rest = options;

    /// <summary>True after an option of length zero, or one that does not fit: such a message is discarded (section 4.6).</summary>
    public bool IsMalformed { get; private set; }

    /// <param name="data">Without type and length: 6 bytes, 14, 22, …</param>
    public bool TryRead(out byte type, out ReadOnlySpan<byte> data)
    {
        type = 0;
        data = default;
        if (_rest.Length == 0) return false;
        var size = _rest.Length < 2 ? 0 : _rest[1] * 8;
        if (size == 0 || size > _rest.Length)
        {
            IsMalformed = true;
            _rest = default;
            return false;
        }

        type = _rest[0];
        data = _rest[2..size];
        _rest = _rest[size..];
        return true;
    }
}
