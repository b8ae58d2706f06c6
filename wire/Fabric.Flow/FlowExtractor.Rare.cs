using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Flow;

/// <summary>The parts that a plain IPv4 frame does not have, each out of line.</summary>
public static partial class FlowExtractor
{
    private const int ArpSize = 28;

    /// <summary>Fills the tunnel fields, which must be clear, and marks their sections.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ExtractTunnel(ref TunnelMetadata tunnel, ref FlowKey key)
    {
        if ((tunnel.Flags & TunnelFlags.Key) != 0) key.TunnelId = tunnel.Id;
        if (tunnel.IsIpv6)
        {
            key.TunnelSourceV6 = tunnel.SourceV6;
            key.TunnelDestinationV6 = tunnel.DestinationV6;
            MarkUnlessZero(ref key, 3);
        }
        else
        {
            key.TunnelSource = tunnel.Source;
            key.TunnelDestination = tunnel.Destination;
        }

        key.TunnelFlags = tunnel.Flags;
        key.TunnelTos = tunnel.Tos;
        key.TunnelTtl = tunnel.Ttl;
        key.TunnelTpSource = tunnel.SourcePort;
        key.TunnelTpDestination = tunnel.DestinationPort;
        key.TunnelGbpId = tunnel.GbpId;
        key.TunnelGbpFlags = tunnel.GbpFlags;
        key.TunnelOptionsSize = tunnel.OptionsSize;
        MarkUnlessZero(ref key, 2);

        ReadOnlySpan<byte> options = tunnel.Options;
        options = options[..tunnel.OptionsSize];
        options.CopyTo(key.TunnelOptionBytes);
        for (var used = 0; used < options.Length; used += FlowKey.SectionSize) MarkUnlessZero(ref key, 9 + used / FlowKey.SectionSize);
    }

    /// <summary>
    /// The <c>ct_*</c> fields, once the headers are known: an original tuple counts only for a packet of its IP version, and its ports only
    /// where the packet itself has a transport header that OVS knows.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ExtractConntrack(ref ConntrackMetadata conntrack, ref FlowKey key)
    {
        key.CtState = conntrack.State;
        key.CtZone = conntrack.Zone;
        key.CtMark = conntrack.Mark;
        key.CtLabel = conntrack.Label;
        key.Sections |= FlowSections.Conntrack;
        if (conntrack.TupleProto == 0 || key.EthType != (conntrack.IsTupleIpv6 ? EtherType.Ipv6 : EtherType.Ipv4)) return;

        key.CtNwProto = conntrack.TupleProto;
        if (conntrack.IsTupleIpv6)
        {
            key.CtIpv6Source = new Ipv6Address((ulong)(conntrack.Source >> 64), (ulong)conntrack.Source);
            key.CtIpv6Destination = new Ipv6Address((ulong)(conntrack.Destination >> 64), (ulong)conntrack.Destination);
        }
        else
        {
            key.CtNwSource = new Ipv4Address((uint)conntrack.Source);
            key.CtNwDestination = new Ipv4Address((uint)conntrack.Destination);
        }

        MarkUnlessZero(ref key, 7);
        if ((key.NwFragment & FragmentBits.Later) != 0 || key.NwProto is not (IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp
            or IpProtocol.Icmp or IpProtocol.Igmp or IpProtocol.Icmpv6)) return;
        key.CtTpSource = conntrack.SourcePort;
        key.CtTpDestination = conntrack.DestinationPort;
    }

    /// <summary>
    /// Reads VLAN tags and the type behind them (OVS: <c>parse_vlan</c>, <c>parse_ethertype</c>); offset ends at the network header.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ushort ExtractTags(ref byte p, int size, ushort type, ref int offset, ref Headers head, ref FlowKey key)
    {
        // A tag counts only when the type behind it is there too.
        for (var tags = 0; tags < 2 && EtherType.IsVlan(type) && size - offset >= 4; tags++)
        {
            var tci = (ushort)(Number16(ref p, offset) | FlowKey.VlanPresent);
            if (tags == 0)
            {
                head.VlanTpid = ReverseEndianness(type);
                head.VlanTci = ReverseEndianness(tci);
            }
            else
            {
                key.InnerVlanTpid = type;
                key.InnerVlanTci = tci;
                key.Sections |= FlowSections.Extra;
            }

            type = Number16(ref p, offset + 2);
            offset += 4;
        }

        if (type >= EtherType.First) return type;

        // IEEE 802.3: only SNAP with the Ethernet organisation code (RFC 1042) names a type.
        const ulong snap = 0x0000_0003_aaaa;
        if (size - offset < 8 || (Load<ulong>(ref p, offset) & 0xffff_ffff_ffff) != snap) return FlowKey.NonEthernetType;
        type = Number16(ref p, offset + 6);
        offset += 8;
        return type >= EtherType.First ? type : FlowKey.NonEthernetType;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ExtractArp(ref byte p, int offset, int size, ref Headers head, ref FlowKey key)
    {
        // Hardware type 1, protocol type 0x0800, address sizes 6 and 4, as one number in memory order.
        const ulong ethernetIpv4 = 0x0406_0008_0100;
        if (size - offset < ArpSize || (Load<ulong>(ref p, offset) & 0xffff_ffff_ffff) != ethernetIpv4) return;
        var operation = Number16(ref p, offset + 6);
        if (operation <= 0xff) head.Network = NetworkFields((byte)operation, FragmentBits.None, 0, 0);
        head.Addresses = Pair(Load<uint>(ref p, offset + 14), Load<uint>(ref p, offset + 24));
        key.ArpSourceHardware = Load<MacAddress>(ref p, offset + 8);
        key.ArpTargetHardware = Load<MacAddress>(ref p, offset + 18);
        MarkUnlessZero(ref key, 5);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ExtractMpls(ref byte p, int offset, int size, ref FlowKey key)
    {
        const uint bottom = 0x100;
        for (var label = 0; label < 3 && size - offset >= 4; label++, offset += 4)
        {
            var entry = ReverseEndianness(Load<uint>(ref p, offset));
            if (label == 0) key.Mpls0 = entry;
            else if (label == 1) key.Mpls1 = entry;
            else key.Mpls2 = entry;
            if ((entry & bottom) != 0) break;
        }

        MarkUnlessZero(ref key, 8);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ExtractRareTransport(ref byte p, int offset, int end, byte proto, ref Headers head, ref FlowKey key)
    {
        var room = end - offset;
        switch (proto)
        {
            case IpProtocol.Sctp when room >= 12:
                head.Ports = Load<uint>(ref p, offset);
                break;
            case IpProtocol.Icmp when room >= 8:
                head.Ports = IcmpPorts(ref p, offset);
                break;
            case IpProtocol.Igmp when room >= 8:
                head.Ports = IcmpPorts(ref p, offset);
                key.NdReserved = ReverseEndianness(Load<uint>(ref p, offset + 4));
                MarkUnlessZero(ref key, 5);
                break;
            case IpProtocol.Icmpv6 when room >= 8:
                head.Ports = IcmpPorts(ref p, offset);
                const byte neighbourSolicitation = 135, neighbourAdvertisement = 136;
                if (At(ref p, offset) is neighbourSolicitation or neighbourAdvertisement && At(ref p, offset + 1) == 0)
                    ExtractNeighbour(ref p, offset, end, ref key);
                break;
        }
    }

    /// <summary>ICMP type and code, each as a 16-bit port (OVS does the same, so that they share the fields).</summary>
    private static uint IcmpPorts(ref byte p, int offset) => (uint)(At(ref p, offset) << 8 | At(ref p, offset + 1) << 24);

    private static void MarkUnlessZero(ref FlowKey key, int section)
    {
        if (FlowKey.Section(ref key, section) != Vector256<byte>.Zero) key.Sections |= (FlowSections)(1u << section);
    }
}
