using Fabric.Wire;

namespace Fabric.Bench.Nic;

/// <summary>Frames of 60 to 74 bytes, one of each kind that overlays mostly carry.</summary>
internal static class SampleFrames
{
    private static readonly MacAddress Source = new(0x0200_0000_0001);
    private static readonly MacAddress Destination = new(0x0200_0000_0002);

    public static IReadOnlyList<(string Title, byte[] Bytes)> All { get; } =
        [("UDP over IPv4", UdpOverIpv4()), ("TCP over IPv6", TcpOverIpv6()), ("ARP", Arp())];

    public static byte[] UdpOverIpv4()
    {
        var bytes = new byte[60];
        new EthernetHeader(Destination, Source, EtherType.Ipv4).Emit(bytes);
        new Ipv4Header(new(0x0a01_0001), new(0x0a01_0002), IpProtocol.Udp, 26, Ttl: 64).Emit(bytes.AsSpan(14));
        new UdpHeader(1_024, 80, 18).Emit(bytes.AsSpan(34));
        return bytes;
    }

    private static byte[] TcpOverIpv6()
    {
        var bytes = new byte[74];
        new EthernetHeader(Destination, Source, EtherType.Ipv6).Emit(bytes);
        bytes[14] = 0x60;
        bytes[19] = 20;
        bytes[20] = IpProtocol.Tcp;
        bytes[21] = 64;
        bytes[37] = 1;
        bytes[53] = 2;
        bytes[54] = 4;
        bytes[57] = 80;
        bytes[66] = 0x50;
        bytes[67] = 0x10;
        return bytes;
    }

    private static byte[] Arp()
    {
        var bytes = new byte[60];
        new EthernetHeader(Destination, Source, EtherType.Arp).Emit(bytes);
        ReadOnlySpan<byte> head = [0, 1, 8, 0, 6, 4, 0, 1];
        head.CopyTo(bytes.AsSpan(14));
        return bytes;
    }
}
