using Fabric.Flow;
using Fabric.Tunnels.Geneve;
using Fabric.Tunnels.Nvgre;
using Fabric.Tunnels.Vxlan;
using Fabric.Wire;

namespace Fabric.Tunnels;

/// <summary>
/// Entunnel: puts the outer headers that <c>frame.Metadata.Tunnel</c> describes before an inner Ethernet frame. The headers are pushed into
/// the head-room from the inside out (tunnel header, UDP, IP, Ethernet), so the payload is not moved:
/// <code>
/// | outer Ethernet 14 | IPv4 20 or IPv6 40 | UDP 8 | VXLAN 8 or GENEVE 8 + options | inner frame |
/// | outer Ethernet 14 | IPv4 20 or IPv6 40 |         NVGRE 8                        | inner frame |
/// </code>
/// <list type="number">
/// <item>E1: on failure the frame is as it was, and the reason says why; nothing throws.</item>
/// <item>E2: nothing is allocated once the path is known.</item>
/// <item>E3: reserved bits are zero (RFC 7348 section 5, RFC 8926 section 3.4, RFC 7637 section 3.2).</item>
/// <item>E4: frames with one flow hash have one source port; the ports are <see cref="TunnelSettings.FirstSourcePort"/> + hash modulo the
/// count (NVGRE: the flow id is the hash's low byte).</item>
/// <item>E5: what <see cref="TunnelDecap"/> takes off equals what was put on.</item>
/// </list>
/// <para>Not modelled: fragmentation of the outer packet (too long is a drop, with or without DF), outer VLAN tags, and ECN copying
/// (RFC 6040), which OVS does in translation: the metadata's TOS arrives with its ECN bits.</para>
/// </summary>
public static class TunnelEncap
{
    /// <param name="frame">The inner frame; afterwards the outer one, from its Ethernet header on, without tunnel metadata.</param>
    /// <param name="tunnelPort">Logical port that decides the encapsulation.</param>
    /// <param name="flowHash">Hash of the inner flow.</param>
    /// <param name="egress">Physical port on which the outer frame leaves.</param>
    /// <param name="reason">On failure: NoSuchPort, NoRoute (also: no tunnel metadata), UnknownVni (more than 24 bits), MalformedTunnel
    /// (bad
    /// options), NoNeighbour, MtuExceeded or NoHeadRoom.</param>
    public static bool TryEncap(
        Frame frame, OdpPort tunnelPort, TunnelTables tables, uint flowHash, out OdpPort egress, out DropReason reason)
    {
        egress = OdpPort.None;
        ref var tunnel = ref frame.Metadata.Tunnel;
        if (!tables.TryGetPort(tunnelPort, out var port)) return Fail(DropReason.NoSuchPort, out reason);
        if (!tunnel.IsPresent) return Fail(DropReason.NoRoute, out reason);
        if (tunnel.Id > Vni.MaxValue) return Fail(DropReason.UnknownVni, out reason);
        if (port.Type == TunnelType.Geneve && !GeneveEncap.AreOptionsWhole(in tunnel)) return Fail(DropReason.MalformedTunnel, out reason);

        var source = tunnel.IsIpv6 ? new IpAddress(tunnel.SourceV6) : new IpAddress(tunnel.Source);
        var destination = tunnel.IsIpv6 ? new IpAddress(tunnel.DestinationV6) : new IpAddress(tunnel.Destination);
        if (!tables.TryGetPath(source, destination, out var path, out reason)) return false;

        var size = OuterHeaderSize(port.Type, in tunnel);
        if (size + frame.Length - EthernetView.Size > path.Mtu) return Fail(DropReason.MtuExceeded, out reason);
        if (size > frame.Offset)
        {
            if (!frame.TryMakeHeadRoom(size)) return Fail(DropReason.NoHeadRoom, out reason);
            tables.Counters.HeadRoomCopies++;
        }

        Inherit(frame.Bytes, ref tunnel);
        var protocol = IpProtocol.Udp;
        switch (port.Type)
        {
            case TunnelType.Vxlan: VxlanEncap.Push(frame, port); break;
            case TunnelType.Geneve: GeneveEncap.Push(frame); break;
            default:
                NvgreEncap.Push(frame, flowHash);
                protocol = IpProtocol.Gre;
                break;
        }

        if (protocol == IpProtocol.Udp) PushUdp(frame, port, path, tables.Settings, flowHash);
        PushIp(frame, path, tables, protocol, flowHash);
        new EthernetHeader(path.NextHopMac, path.SourceMac, tunnel.IsIpv6 ? EtherType.Ipv6 : EtherType.Ipv4).Emit(
            Push(frame, EthernetView.Size));
        tunnel.IsPresent = false;
        egress = path.Egress;
        tables.Counters.Encapsulated++;
        return true;
    }

    /// <summary>Bytes that encapsulation adds, outer Ethernet header included.</summary>
    public static int OuterHeaderSize(TunnelType type, in TunnelMetadata tunnel)
    {
        var size = EthernetView.Size + (tunnel.IsIpv6 ? Ipv6View.Size : Ipv4View.MinSize);
        return size + type switch
        {
            TunnelType.Vxlan => UdpView.Size + VxlanView.Size,
            TunnelType.Geneve => UdpView.Size + GeneveView.MinSize + tunnel.OptionsSize,
            _ => GreView.NvgreSize,
        };
    }

    /// <summary>Room was made before, so a push here cannot fail.</summary>
    internal static Span<byte> Push(Frame frame, int size)
    {
        Invariant.Check(frame.TryPush(size, out var header), "head-room for the outer headers was made before");
        return header;
    }

    private static void PushUdp(Frame frame, TunnelPort port, TunnelPath path, TunnelSettings settings, uint flowHash)
    {
        ref var tunnel = ref frame.Metadata.Tunnel;
        var sourcePort = tunnel.SourcePort != 0
            ? tunnel.SourcePort
            : (ushort)(TunnelSettings.FirstSourcePort + flowHash % (uint)settings.SourcePortCount);
        var destinationPort = tunnel.DestinationPort != 0 ? tunnel.DestinationPort : port.UdpPort;
        new UdpHeader(sourcePort, destinationPort, frame.Length).Emit(Push(frame, UdpView.Size));

        // RFC 6935 section 5: over IPv6 a tunnel may leave the checksum out only where both ends were told so.
        if (tunnel.IsIpv6)
        {
            if ((tunnel.Flags & TunnelFlags.Checksum) != 0 || !port.ZeroChecksumIpv6)
                UdpHeader.FillChecksum(frame.Bytes, path.Source.V6, path.Destination.V6);
        }
        else if ((tunnel.Flags & TunnelFlags.Checksum) != 0)
        {
            UdpHeader.FillChecksum(frame.Bytes, path.Source.V4, path.Destination.V4);
        }
    }

    private static void PushIp(Frame frame, TunnelPath path, TunnelTables tables, byte protocol, uint flowHash)
    {
        ref var tunnel = ref frame.Metadata.Tunnel;
        var ttl = tunnel.Ttl != 0 ? tunnel.Ttl : tables.Settings.DefaultTtl;
        if (tunnel.IsIpv6)
        {
            // The flow label carries the same entropy as the source port (RFC 6438 section 3).
            new Ipv6Header(path.Source.V6, path.Destination.V6, protocol, frame.Length, ttl, tunnel.Tos, flowHash & 0xf_ffff)
                .Emit(Push(frame, Ipv6View.Size));
            return;
        }

        // An atomic datagram needs no identification (RFC 6864 section 4.1).
        var dontFragment = (tunnel.Flags & TunnelFlags.DontFragment) != 0;
        var identification = dontFragment ? (ushort)0 : tables.NextIdentification();
        new Ipv4Header(path.Source.V4, path.Destination.V4, protocol, frame.Length, ttl, tunnel.Tos, identification, dontFragment)
            .Emit(Push(frame, Ipv4View.MinSize));
    }

    /// <summary>
    /// Takes TOS and TTL from the inner packet where the metadata asks for it; an inner frame without IP leaves them alone.
    /// </summary>
    private static void Inherit(ReadOnlySpan<byte> inner, ref TunnelMetadata tunnel)
    {
        if ((tunnel.Flags & (TunnelFlags.InheritTos | TunnelFlags.InheritTtl)) == 0 || !EthernetView.TryParse(inner, out var ethernet))
            return;
        var type = ethernet.TypeOrLength;
        var packet = ethernet.Payload;
        if (VlanView.TryParse(inner[12..], out var vlan))
        {
            if (VlanView.TryParse(vlan.Rest, out var second)) vlan = second;
            type = vlan.NextType;
            packet = vlan.Payload;
        }

        byte tos;
        byte ttl;
        if (type == EtherType.Ipv4 && Ipv4View.TryParseHeader(packet, out var ipv4)) (tos, ttl) = (ipv4.Tos, ipv4.Ttl);
        else if (type == EtherType.Ipv6 && Ipv6View.TryParseHeader(packet, out var ipv6)) (tos, ttl) = (ipv6.TrafficClass, ipv6.HopLimit);
        else return;

        if ((tunnel.Flags & TunnelFlags.InheritTos) != 0) tunnel.Tos = tos;
        if ((tunnel.Flags & TunnelFlags.InheritTtl) != 0) tunnel.Ttl = ttl;
    }

    private static bool Fail(DropReason why, out DropReason reason)
    {
        reason = why;
        return false;
    }
}
