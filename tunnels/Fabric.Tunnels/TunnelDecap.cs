using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using Fabric.Tunnels.Geneve;
using Fabric.Tunnels.Nvgre;
using Fabric.Tunnels.Vxlan;
using Fabric.Wire;

namespace Fabric.Tunnels;

/// <summary>
/// Detunnel: takes the outer headers off a frame from a physical port, so that the frame seems to come in by a logical tunnel port.
/// <para>The order of the checks is the order in which a packet proves itself: it is IP, whole and undamaged; it is for one of our
/// addresses; a tunnel port listens; the tunnel header is sound; and the sender is a known peer of that VNI.</para>
/// <list type="number">
/// <item>D1: no input throws, whatever its bytes.</item>
/// <item>D2: a frame that is not <see cref="DecapResult.Detunnelled"/> is unchanged, metadata included.</item>
/// <item>D3: nothing passes but (type, VNI, sender) of the table, unless the port accepts all: isolation of the overlays rests on this
/// check.</item>
/// <item>D4: nothing is allocated.</item>
/// <item>D5: reserved bits are ignored.</item>
/// </list>
/// <para>Not modelled: reassembly (fragments of tunnel protocols are refused), outer VLAN tags, ECN propagation inward, and the
/// destination MAC: a switch port that floods shows in <see cref="DropReason.NotForUs"/> by the IP address.</para>
/// </summary>
public static class TunnelDecap
{
    /// <param name="frame">From its outer Ethernet header on.</param>
    /// <param name="reason">When dropped: MalformedFrame, MalformedOuter (also fragments), BadOuterChecksum, NotForUs, NoTunnelPort,
    /// MalformedTunnel, UnknownCriticalOption, UnknownVni or UnknownPeer.</param>
    public static DecapResult TryDecap(Frame frame, TunnelTables tables, out DropReason reason)
    {
        reason = default;
        var bytes = (ReadOnlySpan<byte>)frame.Bytes;
        if (bytes.Length < EthernetView.Size) return Drop(DropReason.MalformedFrame, out reason);
        if (!OuterPacket.TryParse(bytes, out var outer, out var isIp))
            return isIp ? Drop(DropReason.MalformedOuter, out reason) : DecapResult.NotTunnel;
        if (outer.Protocol is not (IpProtocol.Udp or IpProtocol.Gre)) return DecapResult.NotTunnel;
        if (!outer.IsHeaderChecksumCorrect) return Drop(DropReason.BadOuterChecksum, out reason);
        // A later fragment has no ports to judge by, so a fragment counts as tunnel traffic.
        if (outer.IsFragment) return Drop(tables.IsLocal(outer.Destination) ? DropReason.MalformedOuter : DropReason.NotForUs, out reason);

        return outer.Protocol == IpProtocol.Udp ? DecapUdp(frame, outer, tables, out reason) : DecapGre(frame, outer, tables, out reason);
    }

    private static DecapResult DecapUdp(Frame frame, OuterPacket outer, TunnelTables tables, out DropReason reason)
    {
        reason = default;
        if (!UdpView.TryParse(outer.Payload, out var udp)) return Drop(DropReason.MalformedOuter, out reason);
        if (!TryGetListener(tables, udp.DestinationPort, out var port))
        {
            if (udp.DestinationPort is not (VxlanView.UdpPort or GeneveView.UdpPort)) return DecapResult.NotTunnel;
            return Drop(tables.IsLocal(outer.Destination) ? DropReason.NoTunnelPort : DropReason.NotForUs, out reason);
        }

        if (!tables.IsLocal(outer.Destination)) return Drop(DropReason.NotForUs, out reason);
        var isChecksumGood = !outer.IsIpv6
            ? udp.IsChecksumCorrect(outer.Source.V4, outer.Destination.V4)
            : udp.Checksum == 0 ? port.ZeroChecksumIpv6 : udp.IsChecksumCorrect(outer.Source.V6, outer.Destination.V6);
        if (!isChecksumGood) return Drop(DropReason.BadOuterChecksum, out reason);

        var header = default(TunnelHeader);
        var isSound = port.Type == TunnelType.Vxlan
            ? VxlanDecap.TryParse(udp.Payload, port, ref header, out reason)
            : GeneveDecap.TryParse(udp.Payload, tables, ref header, out reason);
        if (!isSound || !IsExpected(header, port, outer, tables, out reason)) return DecapResult.Dropped;

        ref var tunnel = ref frame.Metadata.Tunnel;
        tunnel.SourcePort = udp.SourcePort;
        tunnel.DestinationPort = udp.DestinationPort;
        var flags = header.Flags | (udp.Checksum != 0 ? TunnelFlags.Checksum : TunnelFlags.None);
        TakeOff(frame, outer, port, header, flags, outer.Size + UdpView.Size, udp.Payload.Length, tables);
        return DecapResult.Detunnelled;
    }

    private static DecapResult DecapGre(Frame frame, OuterPacket outer, TunnelTables tables, out DropReason reason)
    {
        reason = default;
        if (!GreView.TryParse(outer.Payload, out var gre)) return Drop(DropReason.MalformedOuter, out reason);
        // GRE with something else inside is none of NVGRE's business.
        if (gre.ProtocolType != EtherType.TransparentEthernetBridging) return DecapResult.NotTunnel;
        if (!tables.IsLocal(outer.Destination)) return Drop(DropReason.NotForUs, out reason);
        if (!tables.TryGetListener(TunnelType.Nvgre, 0, out var port)) return Drop(DropReason.NoTunnelPort, out reason);

        var header = default(TunnelHeader);
        if (!NvgreDecap.TryParse(gre, outer.Payload.Length, ref header, out reason) || !IsExpected(header, port, outer, tables, out reason))
            return DecapResult.Dropped;

        frame.Metadata.Tunnel.SourcePort = 0;
        frame.Metadata.Tunnel.DestinationPort = 0;
        TakeOff(frame, outer, port, header, header.Flags, outer.Size, outer.Payload.Length, tables);
        return DecapResult.Detunnelled;
    }

    private static bool TryGetListener(TunnelTables tables, ushort udpPort, [NotNullWhen(true)] out TunnelPort? port) =>
        tables.TryGetListener(TunnelType.Vxlan, udpPort, out port) || tables.TryGetListener(TunnelType.Geneve, udpPort, out port);

    /// <summary>Property D3, and that there is an Ethernet frame inside.</summary>
    private static bool IsExpected(TunnelHeader header, TunnelPort port, OuterPacket outer, TunnelTables tables, out DropReason reason)
    {
        var vni = new Vni(header.Vni);
        reason = default;
        if (!port.AcceptsAll && !tables.HasPeer(port.Type, vni, outer.Source))
        {
            reason = tables.HasVni(port.Type, vni) ? DropReason.UnknownPeer : DropReason.UnknownVni;
            return false;
        }

        if (header.InnerSize >= EthernetView.Size) return true;
        reason = DropReason.MalformedFrame;
        return false;
    }

    /// <param name="before">Bytes before the tunnel header.</param>
    /// <param name="size">Bytes of tunnel header and inner frame.</param>
    private static void TakeOff(
        Frame frame, OuterPacket outer, TunnelPort port, TunnelHeader header, TunnelFlags flags, int before, int size, TunnelTables tables)
    {
        ref var tunnel = ref frame.Metadata.Tunnel;
        tunnel.IsPresent = true;
        tunnel.IsIpv6 = outer.IsIpv6;
        tunnel.Id = header.Vni;
        tunnel.Source = outer.IsIpv6 ? default : outer.Source.V4;
        tunnel.Destination = outer.IsIpv6 ? default : outer.Destination.V4;
        tunnel.SourceV6 = outer.IsIpv6 ? outer.Source.V6 : default;
        tunnel.DestinationV6 = outer.IsIpv6 ? outer.Destination.V6 : default;
        tunnel.Flags = flags | TunnelFlags.Key | (outer.DontFragment ? TunnelFlags.DontFragment : TunnelFlags.None);
        tunnel.Tos = outer.Tos;
        tunnel.Ttl = outer.Ttl;
        tunnel.GbpId = header.GroupPolicyId;
        tunnel.GbpFlags = header.GroupPolicyFlags;
        tunnel.SetOptions(header.Options);
        frame.Metadata.InPort = port.Port.Value;
        // Truncating first takes Ethernet padding off the end.
        frame.Truncate(before + size);
        frame.Pull(before + size - header.InnerSize);
        tables.Counters.Decapsulated++;
    }

    private static DecapResult Drop(DropReason why, out DropReason reason)
    {
        reason = why;
        return DecapResult.Dropped;
    }
}
