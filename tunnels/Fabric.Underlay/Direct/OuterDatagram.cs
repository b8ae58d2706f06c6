using Fabric.Underlay.Native;
using Fabric.Wire;

namespace Fabric.Underlay.Direct;

/// <summary>What a UDP socket must be told to send one outer packet.</summary>
internal struct OuterDatagram
{
    public OuterTarget Target;
    public IpAddress Source;
    public int PayloadOffset;
    public int PayloadSize;

    /// <summary>False when it is no whole UDP packet, or one that no socket sends (other protocol, fragment, IP options).</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out OuterDatagram datagram, out DropReason reason)
    {
        datagram = default;
        reason = DropReason.MalformedOuter;
        if (bytes.Length == 0) return false;
        return bytes[0] >> 4 == 4 ? TryParseV4(bytes, ref datagram, ref reason) : TryParseV6(bytes, ref datagram, ref reason);
    }

    private static bool TryParseV4(ReadOnlySpan<byte> bytes, ref OuterDatagram datagram, ref DropReason reason)
    {
        if (!Ipv4View.TryParse(bytes, out var ip)) return false;
        if (ip.Protocol != IpProtocol.Udp || ip.IsFragment || ip.HeaderSize != Ipv4View.MinSize)
        {
            reason = DropReason.SendFailed;
            return false;
        }

        datagram.Source = ip.Source;
        datagram.Target.Destination = ip.Destination;
        datagram.Target.Ttl = ip.Ttl;
        datagram.Target.Tos = ip.Tos;
        datagram.Target.DontFragment = ip.DontFragment;
        return TryParseUdp(ip.Payload, Ipv4View.MinSize, ref datagram);
    }

    private static bool TryParseV6(ReadOnlySpan<byte> bytes, ref OuterDatagram datagram, ref DropReason reason)
    {
        if (!Ipv6View.TryParse(bytes, out var ip)) return false;
        if (ip.NextHeader != IpProtocol.Udp)
        {
            reason = DropReason.SendFailed;
            return false;
        }

        datagram.Source = ip.Source;
        datagram.Target.Destination = ip.Destination;
        datagram.Target.Ttl = ip.HopLimit;
        datagram.Target.Tos = ip.TrafficClass;
        datagram.Target.DontFragment = true;
        return TryParseUdp(ip.Payload, Ipv6View.Size, ref datagram);
    }

    private static bool TryParseUdp(ReadOnlySpan<byte> payload, int ipSize, ref OuterDatagram datagram)
    {
        if (!UdpView.TryParse(payload, out var udp)) return false;
        datagram.Target.SourcePort = udp.SourcePort;
        datagram.Target.DestinationPort = udp.DestinationPort;
        datagram.Target.HasChecksum = udp.Checksum != 0;
        datagram.PayloadOffset = ipSize + UdpView.Size;
        datagram.PayloadSize = udp.Payload.Length;
        return true;
    }
}

/// <summary>Everything that must agree for datagrams to be segments of one send.</summary>
internal record struct OuterTarget
{
    public IpAddress Destination;
    public ushort SourcePort;
    public ushort DestinationPort;
    public byte Ttl;
    public byte Tos;
    public bool DontFragment;
    public bool HasChecksum;

    /// <summary>True when the network may tell the two apart only by what is inside: their order is kept.</summary>
    public readonly bool SharesPath(in OuterTarget other) =>
        SourcePort == other.SourcePort && DestinationPort == other.DestinationPort && Destination == other.Destination;
}
