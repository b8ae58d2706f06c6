using System.Runtime.CompilerServices;

namespace Fabric.Wire.Tests;

/// <summary>
/// Reads every accessor of every view that parses, whatever the bytes are: after <c>TryParse</c> none may fail. The sum keeps the reads
/// alive
/// and lets two runs be compared.
/// </summary>
internal static class AllViews
{
    public static long Touch(ReadOnlySpan<byte> bytes)
    {
        long sum = Link(bytes) + Network(bytes) + Transport(bytes) + Tunnels(bytes) + Neighbours(bytes);
        if (EthernetView.TryParse(bytes, out var ethernet))
        {
            sum += ethernet.TypeOrLength + Hash(ethernet.Destination) + Hash(ethernet.Source) + Hash(EthernetHeader.Parse(ethernet));
            sum += Network(ethernet.Payload) + Link(ethernet.Payload);
            if (Ipv4View.TryParseHeader(ethernet.Payload, out var ipv4)) sum += Upper(ipv4.Payload);
            if (Ipv6View.TryParseHeader(ethernet.Payload, out var ipv6)
                && Ipv6Extensions.TryWalk(ipv6.NextHeader, ipv6.Payload, out var extensions)) sum += Upper(ipv6.Payload[extensions.Size..]);
        }

        return sum;
    }

    private static long Upper(ReadOnlySpan<byte> bytes)
    {
        var sum = Transport(bytes) + Neighbours(bytes);
        if (UdpView.TryParse(bytes, out var udp)) sum += Tunnels(udp.Payload);
        return sum;
    }

    private static long Link(ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        if (LlcSnapView.TryParse(bytes, out var snap))
            sum += snap.OrganizationCode + snap.ProtocolId + snap.Payload.Length + Hash(LlcSnapHeader.Parse(snap))
                + (snap.IsEtherType ? 1 : 0);
        if (bytes.Length > 12 && VlanView.TryParse(bytes[12..], out var vlan))
        {
            sum += vlan.Tpid + vlan.Tci + vlan.NextType + vlan.Payload.Length + Hash(VlanTag.Parse(vlan));
            if (VlanView.TryParse(vlan.Rest, out var inner)) sum += inner.Tci + inner.Payload.Length;
        }

        for (var rest = bytes; MplsView.TryParse(rest, out var mpls); rest = mpls.Rest)
        {
            sum += mpls.Label + mpls.TrafficClass + mpls.Ttl + Hash(MplsLabel.Parse(mpls));
            if (mpls.IsBottom) break;
        }

        if (ArpView.TryParse(bytes, out var arp)) sum += arp.Operation + Hash(ArpPacket.Parse(arp));
        return sum;
    }

    private static long Network(ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        if (Ipv4View.TryParse(bytes, out var whole)) sum += whole.Payload.Length;
        if (Ipv4View.TryParseHeader(bytes, out var ipv4))
        {
            sum += ipv4.Checksum + ipv4.Identification + ipv4.Header.Length + ipv4.FragmentOffset + ipv4.Payload.Length;
            sum += Hash(Ipv4Header.Parse(ipv4)) + (ipv4.IsChecksumCorrect ? 1 : 0) + (ipv4.IsFragment ? 1 : 0);
            var options = ipv4.Options;
            while (options.TryRead(out var type, out var data)) sum += type + data.Length;
        }

        if (Ipv6View.TryParse(bytes, out var whole6)) sum += whole6.Payload.Length;
        if (Ipv6View.TryParseHeader(bytes, out var ipv6))
        {
            sum += Hash(Ipv6Header.Parse(ipv6)) + ipv6.Payload.Length;
            if (Ipv6Extensions.TryWalk(ipv6.NextHeader, ipv6.Payload, out var extensions)) sum += Hash(extensions);
        }

        return sum;
    }

    private static long Transport(ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        var v4 = new Ipv4Address(0x0a000001);
        var v6 = new Ipv6Address(1, 2);
        if (UdpView.TryParse(bytes, out var udp))
            sum += udp.Checksum + udp.Length + Hash(UdpHeader.Parse(udp))
                + (udp.IsChecksumCorrect(v4, v4) || udp.IsChecksumCorrect(v6, v6) ? 1 : 0);
        if (TcpView.TryParse(bytes, out var tcp))
        {
            sum += Hash(TcpHeader.Parse(tcp)) + tcp.Checksum + tcp.Payload.Length;
            sum += tcp.IsChecksumCorrect(v4, v4) || tcp.IsChecksumCorrect(v6, v6) ? 1 : 0;
            var options = tcp.Options;
            while (options.TryRead(out var kind, out var data)) sum += kind + data.Length;
        }

        if (SctpView.TryParse(bytes, out var sctp)) sum += Hash(SctpHeader.Parse(sctp)) + sctp.Payload.Length;
        if (Icmpv4View.TryParse(bytes, out var icmp))
            sum += Hash(Icmpv4Header.Parse(icmp)) + icmp.Checksum + icmp.Identifier + icmp.Sequence + icmp.Payload.Length
                + (icmp.IsChecksumCorrect ? 1 : 0);
        if (Icmpv6View.TryParse(bytes, out var icmp6))
            sum += Hash(Icmpv6Header.Parse(icmp6)) + icmp6.Checksum + icmp6.Identifier + icmp6.Sequence + icmp6.Payload.Length
                + icmp6.Message.Length + (icmp6.IsNeighbourDiscovery ? 1 : 0) + (icmp6.IsChecksumCorrect(v6, v6) ? 1 : 0);
        return sum;
    }

    private static long Tunnels(ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        if (VxlanView.TryParse(bytes, out var vxlan)) sum += Hash(VxlanHeader.Parse(vxlan)) + vxlan.Payload.Length + (vxlan.HasVni ? 1 : 0);
        if (GeneveView.TryParse(bytes, out var geneve))
        {
            sum += Hash(GeneveHeader.Parse(geneve)) + geneve.Version + geneve.Payload.Length;
            var options = geneve.Options;
            while (options.TryRead(out var optionClass, out var type, out var data)) sum += optionClass + type + data.Length;
        }

        if (GreView.TryParse(bytes, out var gre))
            sum += Hash(NvgreHeader.Parse(gre)) + gre.Version + gre.Sequence + gre.ProtocolType + gre.Payload.Length
                + (gre.IsChecksumCorrect ? 1 : 0);
        return sum;
    }

    private static long Neighbours(ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        if (NeighbourMessage.TryParse(bytes, out var neighbour)) sum += Hash(neighbour);
        if (RouterSolicitation.TryParse(bytes, out var solicitation)) sum += Hash(solicitation);
        if (RouterAdvertisement.TryParse(bytes, out var advertisement)) sum += Hash(advertisement);
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Hash<T>(T value) where T : struct => value.GetHashCode() & 0xff;
}
