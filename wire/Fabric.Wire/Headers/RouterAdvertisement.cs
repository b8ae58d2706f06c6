using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

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
