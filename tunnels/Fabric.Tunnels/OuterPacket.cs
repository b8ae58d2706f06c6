using Fabric.Wire;

namespace Fabric.Tunnels;

/// <summary>Where the outer IP header of a received frame ends and what it says.</summary>
internal readonly ref struct OuterPacket
{
    public required bool IsIpv6 { get; init; }

    public required IpAddress Source { get; init; }

    public required IpAddress Destination { get; init; }

    public required byte Protocol { get; init; }

    public required byte Tos { get; init; }

    public required byte Ttl { get; init; }

    public required bool DontFragment { get; init; }

    public required bool IsFragment { get; init; }

    public required bool IsHeaderChecksumCorrect { get; init; }

    /// <summary>Bytes before <see cref="Payload"/>: Ethernet, IP and extension headers.</summary>
    public required int Size { get; init; }

    /// <summary>What follows the IP header, without Ethernet padding.</summary>
    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>False for anything but a whole IP packet. <paramref name="isIp"/> says that it claims to be one.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out OuterPacket packet, out bool isIp)
    {
        packet = default;
        isIp = false;
        if (!EthernetView.TryParse(bytes, out var ethernet)) return false;
        switch (ethernet.TypeOrLength)
        {
            case EtherType.Ipv4:
                isIp = true;
                return Ipv4View.TryParse(ethernet.Payload, out var ipv4) && Take(ipv4, out packet);
            case EtherType.Ipv6:
                isIp = true;
                return Ipv6View.TryParse(ethernet.Payload, out var ipv6) && TryTake(ipv6, out packet);
            default:
                return false;
        }
    }

    private static bool Take(Ipv4View view, out OuterPacket packet)
    {
        packet = new OuterPacket
        {
            IsIpv6 = false,
            Source = view.Source,
            Destination = view.Destination,
            Protocol = view.Protocol,
            Tos = view.Tos,
            Ttl = view.Ttl,
            DontFragment = view.DontFragment,
            IsFragment = view.IsFragment,
            IsHeaderChecksumCorrect = view.IsChecksumCorrect,
            Size = EthernetView.Size + view.HeaderSize,
            Payload = view.Payload,
        };
        return true;
    }

    private static bool TryTake(Ipv6View view, out OuterPacket packet)
    {
        packet = default;
        if (!Ipv6Extensions.TryWalk(view.NextHeader, view.Payload, out var extensions)) return false;
        packet = new OuterPacket
        {
            IsIpv6 = true,
            Source = view.Source,
            Destination = view.Destination,
            Protocol = extensions.Protocol,
            Tos = view.TrafficClass,
            Ttl = view.HopLimit,
            DontFragment = false,
            IsFragment = extensions.IsFragment,
            IsHeaderChecksumCorrect = true,
            Size = EthernetView.Size + Ipv6View.Size + extensions.Size,
            Payload = view.Payload[extensions.Size..],
        };
        return true;
    }
}
