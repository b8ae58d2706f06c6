using Fabric.Wire;

namespace Fabric.Simulation.Tests;

/// <summary>Frames as guests might send them, honest ones and others, over many flows.</summary>
internal sealed class RandomFrames(SimFabric fabric, Random random)
{
    private const int Payload = 40;

    /// <returns>Index of the sending VM, and the bytes.</returns>
    public (int Vm, byte[] Bytes) Next()
    {
        var index = random.Next(fabric.Vms.Count);
        var vm = fabric.Vms[index];
        var mates = fabric.Overlay(vm.Plan.Overlay).ToList();
        var to = mates[random.Next(mates.Count)];
        return (index, Next(vm, to));
    }

    private byte[] Next(SimVm from, SimVm to)
    {
        var (mac, toMac) = (MacAddress.Parse(from.Plan.Mac), MacAddress.Parse(to.Plan.Mac));
        var (ip, toIp) = (SimFabric.AddressOf(from, isIpv6: false).V4, SimFabric.AddressOf(to, isIpv6: false).V4);
        switch (random.Next(14))
        {
            case 0: return Arp(mac, mac, ip, toIp);
            case 1: return Arp(mac, mac, new Ipv4Address(ip.Value ^ 8), toIp);
            case 2: return V4(new MacAddress(mac.Value ^ 0x100), toMac, ip, toIp, IpProtocol.Udp);
            case 3: return V4(mac, toMac, new Ipv4Address(ip.Value ^ 8), toIp, IpProtocol.Udp);
            case 4: return V4(mac, new MacAddress(0x02_0000_0099_99UL), ip, toIp, IpProtocol.Udp);
            case 5: return V4(mac, MacAddress.Broadcast, ip, new Ipv4Address(0xffff_ffff), IpProtocol.Udp);
            case 6: return V4(mac, toMac, ip, toIp, IpProtocol.Tcp);
            case 7: return V4(mac, toMac, ip, toIp, IpProtocol.Icmp);
            case 8: return V6(mac, toMac, from, to);
            case 9: return V4(mac, toMac, ip, toIp, (byte)random.Next(256));
            case 10: return V4(mac, toMac, ip, toIp, IpProtocol.Udp, fragmentOffset: 8 * random.Next(2), moreFragments: true);
            case 11: return Other(mac, toMac);
            default: return V4(mac, toMac, ip, toIp, IpProtocol.Udp);
        }
    }

    private static byte[] Arp(MacAddress source, MacAddress sender, Ipv4Address senderIp, Ipv4Address target)
    {
        var bytes = new byte[EthernetView.Size + ArpView.Size];
        new EthernetHeader(MacAddress.Broadcast, source, EtherType.Arp).Emit(bytes);
        new ArpPacket(1, sender, senderIp, MacAddress.Zero, target).Emit(bytes.AsSpan(EthernetView.Size));
        return bytes;
    }

    private byte[] V4(
        MacAddress source, MacAddress destination, Ipv4Address from, Ipv4Address to, byte protocol, int fragmentOffset = 0,
        bool moreFragments = false)
    {
        var bytes = new byte[EthernetView.Size + 20 + 20 + Payload];
        new EthernetHeader(destination, source, EtherType.Ipv4).Emit(bytes);
        new Ipv4Header(
            from, to, protocol, 20 + Payload, Ttl: (byte)(random.Next(4) == 0 ? 1 : 64), Tos: (byte)(random.Next(4) << 2),
            MoreFragments: moreFragments, FragmentOffset: fragmentOffset).Emit(bytes.AsSpan(EthernetView.Size));
        FillTransport(bytes.AsSpan(EthernetView.Size + 20), protocol);
        return bytes;
    }

    private byte[] V6(MacAddress source, MacAddress destination, SimVm from, SimVm to)
    {
        var bytes = new byte[EthernetView.Size + Ipv6View.Size + 20 + Payload];
        new EthernetHeader(destination, source, EtherType.Ipv6).Emit(bytes);
        var isGreen = from.Plan.Overlay == "green";
        var (a, b) = isGreen
            ? (SimFabric.AddressOf(from, isIpv6: true).V6, SimFabric.AddressOf(to, isIpv6: true).V6)
            : (Ipv6Address.Parse("fd00:6::77"), Ipv6Address.Parse("fd00:6::78"));
        new Ipv6Header(a, b, IpProtocol.Udp, 20 + Payload).Emit(bytes.AsSpan(EthernetView.Size));
        FillTransport(bytes.AsSpan(EthernetView.Size + Ipv6View.Size), IpProtocol.Udp);
        return bytes;
    }

    /// <summary>No IP: too short for a frame, of an unknown type, or with a VLAN tag.</summary>
    private byte[] Other(MacAddress source, MacAddress destination)
    {
        var bytes = new byte[random.Next(3) == 0 ? 1 + random.Next(13) : 60];
        Span<byte> whole = stackalloc byte[60];
        random.NextBytes(whole);
        new EthernetHeader(destination, source, random.Next(2) == 0 ? (ushort)0x8100 : (ushort)0x88b5).Emit(whole);
        whole[..bytes.Length].CopyTo(bytes);
        return bytes;
    }

    private void FillTransport(Span<byte> bytes, byte protocol)
    {
        random.NextBytes(bytes);
        new UdpHeader((ushort)(40_000 + random.Next(50)), (ushort)(80 + random.Next(4)), bytes.Length - UdpView.Size).Emit(bytes);
        if (protocol == IpProtocol.Icmp) (bytes[0], bytes[1]) = ((byte)(random.Next(2) * 8), 0);
        if (protocol == IpProtocol.Tcp) bytes[12] = 0x50;
    }
}
