namespace Fabric.Wire;

/// <summary>
/// Neighbour solicitation or advertisement (RFC 4861 sections 4.3 and 4.4). Whether it may be believed (hop limit 255, checksum, no code)
/// is
/// for the receiver to check: that needs the IP header.
/// </summary>
/// <param name="IsAdvertisement">Else a solicitation.</param>
/// <param name="Flags">Router (0x80), solicited (0x40), override (0x20); 0 in a solicitation.</param>
/// <param name="LinkLayer">Source link-layer address of a solicitation, target link-layer address of an advertisement; null when
/// absent.</param>
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
