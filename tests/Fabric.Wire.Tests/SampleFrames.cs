namespace Fabric.Wire.Tests;

/// <summary>Well-formed frames of every protocol, as starting points for truncation and corruption.</summary>
internal static class SampleFrames
{
    private static readonly MacAddress Left = MacAddress.Parse("02:00:00:00:00:01");
    private static readonly MacAddress Right = MacAddress.Parse("02:00:00:00:00:02");
    private static readonly Ipv4Address V4Left = Ipv4Address.Parse("10.1.0.1");
    private static readonly Ipv4Address V4Right = Ipv4Address.Parse("10.1.0.2");
    private static readonly Ipv6Address V6Left = Ipv6Address.Parse("fd00::1");
    private static readonly Ipv6Address V6Right = Ipv6Address.Parse("fd00::2");

    public static IEnumerable<(string Name, byte[] Bytes)> All()
    {
        yield return ("arp", Arp());
        yield return ("udp4", V4(IpProtocol.Udp, Udp(new byte[18])));
        yield return ("udp6", V6(IpProtocol.Udp, Udp(new byte[18])));
        yield return ("tcp4", V4(IpProtocol.Tcp, Tcp()));
        yield return ("icmp4", V4(IpProtocol.Icmp, Icmp()));
        yield return ("sctp4", V4(IpProtocol.Sctp, Sctp()));
        yield return ("nd", V6(IpProtocol.Icmpv6, Neighbour()));
        yield return ("ra", V6(IpProtocol.Icmpv6, Advertisement()));
        yield return ("extensions", V6(IpProtocol.HopByHop, [.. Extensions(), .. Udp(new byte[4])]));
        yield return ("qinq", Qinq());
        yield return ("snap", Snap());
        yield return ("mpls", Mpls());
        yield return ("vxlan", V4(IpProtocol.Udp, Udp([.. Vxlan(), .. Arp()], VxlanView.UdpPort)));
        yield return ("geneve", V4(IpProtocol.Udp, Udp([.. Geneve(), .. Arp()], GeneveView.UdpPort)));
        yield return ("nvgre", V4(IpProtocol.Gre, [.. Nvgre(), .. Arp()]));
    }

    public static byte[] Arp()
    {
        var frame = new byte[EthernetView.Size + ArpView.Size];
        new EthernetHeader(MacAddress.Broadcast, Left, EtherType.Arp).Emit(frame);
        new ArpPacket(ArpView.Request, Left, V4Left, MacAddress.Zero, V4Right).Emit(frame.AsSpan(EthernetView.Size));
        return frame;
    }

    public static byte[] V4(byte protocol, byte[] payload)
    {
        var frame = new byte[EthernetView.Size + Ipv4View.MinSize + payload.Length];
        new EthernetHeader(Right, Left, EtherType.Ipv4).Emit(frame);
        new Ipv4Header(V4Left, V4Right, protocol, payload.Length).Emit(frame.AsSpan(EthernetView.Size));
        payload.CopyTo(frame, EthernetView.Size + Ipv4View.MinSize);
        return frame;
    }

    public static byte[] V6(byte protocol, byte[] payload)
    {
        var frame = new byte[EthernetView.Size + Ipv6View.Size + payload.Length];
        new EthernetHeader(Right, Left, EtherType.Ipv6).Emit(frame);
        new Ipv6Header(V6Left, V6Right, protocol, payload.Length).Emit(frame.AsSpan(EthernetView.Size));
        payload.CopyTo(frame, EthernetView.Size + Ipv6View.Size);
        return frame;
    }

    public static byte[] Udp(byte[] data, ushort port = 53)
    {
        var datagram = new byte[UdpView.Size + data.Length];
        new UdpHeader(40_000, port, data.Length).Emit(datagram);
        data.CopyTo(datagram, UdpView.Size);
        UdpHeader.FillChecksum(datagram, V4Left, V4Right);
        return datagram;
    }

    /// <summary>Hop-by-hop, destination options, authentication header and an atomic fragment header before UDP.</summary>
    public static byte[] Extensions()
    {
        var bytes = new byte[8 + 16 + 12 + 8];
        bytes[0] = IpProtocol.DestinationOptions;
        bytes[8] = IpProtocol.AuthenticationHeader;
        bytes[9] = 1;
        bytes[24] = IpProtocol.Fragment;
        bytes[25] = 1;
        Ipv6Extensions.EmitFragmentHeader(bytes.AsSpan(36), IpProtocol.Udp, 0, false, 77);
        return bytes;
    }

    private static byte[] Tcp()
    {
        var segment = new byte[32];
        new TcpHeader(1000, 80, 1, 2, TcpFlags.Syn | TcpFlags.Ack, 512, 0, 8).Emit(segment);
        // Maximum segment size 1460, then no-operation and window scale 7.
        new byte[] { 2, 4, 0x05, 0xb4, 1, 3, 3, 7 }.CopyTo(segment, TcpView.MinSize);
        TcpHeader.FillChecksum(segment, V4Left, V4Right);
        return segment;
    }

    private static byte[] Icmp()
    {
        var message = new byte[64];
        Icmpv4Header.Echo(false, 7, 1).Emit(message);
        return message;
    }

    private static byte[] Sctp()
    {
        var packet = new byte[20];
        new SctpHeader(5000, 5001, 99, 0x1234).Emit(packet);
        return packet;
    }

    private static byte[] Neighbour()
    {
        var message = new NeighbourMessage(true, V6Left, NeighbourMessage.SolicitedFlag, Left);
        var bytes = new byte[message.Size];
        message.Emit(bytes, V6Left, V6Right);
        return bytes;
    }

    private static byte[] Advertisement()
    {
        var message = new RouterAdvertisement(
            64, 0x80, 1800, 1000, 2000, Left, 1500, new PrefixInformation(Ipv6Address.Parse("fd00::"), 64, 0xc0, 3600, 1800));
        var bytes = new byte[message.Size];
        message.Emit(bytes, V6Left, V6Right);
        return bytes;
    }

    private static byte[] Qinq()
    {
        var inner = V4(IpProtocol.Udp, Udp(new byte[4]));
        var frame = new byte[inner.Length + 2 * VlanView.Size];
        inner.AsSpan(0, 12).CopyTo(frame);
        new VlanTag(EtherType.ServiceVlan, 1, false, 100).Emit(frame.AsSpan(12));
        new VlanTag(EtherType.Vlan, 2, true, 200).Emit(frame.AsSpan(16));
        inner.AsSpan(12).CopyTo(frame.AsSpan(20));
        return frame;
    }

    private static byte[] Snap()
    {
        var frame = new byte[60];
        new EthernetHeader(Right, Left, 38).Emit(frame);
        new LlcSnapHeader(0, EtherType.Ipv4).Emit(frame.AsSpan(EthernetView.Size));
        return frame;
    }

    private static byte[] Mpls()
    {
        var frame = new byte[60];
        new EthernetHeader(Right, Left, EtherType.Mpls).Emit(frame);
        new MplsLabel(16, 3, false, 64).Emit(frame.AsSpan(14));
        new MplsLabel(17, 0, true, 63).Emit(frame.AsSpan(18));
        return frame;
    }

    private static byte[] Vxlan()
    {
        var header = new byte[VxlanView.Size];
        new VxlanHeader(5000).Emit(header);
        return header;
    }

    private static byte[] Geneve()
    {
        var header = new byte[GeneveView.MinSize + 12];
        new GeneveHeader(6000, 12).Emit(header);
        var size = GeneveOptionReader.Emit(header.AsSpan(8), 0x0102, 1, [1, 2, 3, 4]);
        GeneveOptionReader.Emit(header.AsSpan(8 + size), 0x0103, 2, []);
        return header;
    }

    private static byte[] Nvgre()
    {
        var header = new byte[GreView.NvgreSize];
        new NvgreHeader(7000, 9).Emit(header);
        return header;
    }
}
