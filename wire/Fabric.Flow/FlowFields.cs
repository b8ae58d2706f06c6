using System.Collections.Frozen;
using P = Fabric.Flow.FieldPrerequisite;

namespace Fabric.Flow;

/// <summary>
/// Every matchable field (OVS: <c>lib/meta-flow.h</c>, without registers and other state of OpenFlow). Several fields may share bytes:
/// <c>tcp_src</c>, <c>udp_src</c> and <c>icmp_type</c> are one word, told apart by their prerequisites.
/// </summary>
public static class FlowFields
{
    public static readonly FlowField InPort = new("in_port", 0, 4, 0, 32);
    public static readonly FlowField RecircId = new("recirc_id", 4, 4, 0, 32);
    public static readonly FlowField EthDestination = new("eth_dst", 8, 6, 0, 48);
    public static readonly FlowField EthSource = new("eth_src", 14, 6, 0, 48);
    public static readonly FlowField EthernetType = new("eth_type", 20, 2, 0, 16);
    public static readonly FlowField VlanTci = new("vlan_tci", 22, 2, 0, 16);

    /// <summary>Id and the present bit above it, as OpenFlow 1.2 and later mean it.</summary>
    public static readonly FlowField VlanVid = new("vlan_vid", 22, 2, 0, 13);

    /// <summary>The id alone.</summary>
    public static readonly FlowField DlVlan = new("dl_vlan", 22, 2, 0, 12);
    public static readonly FlowField VlanPcp = new("vlan_pcp", 22, 2, 13, 3, P.Vlan);
    public static readonly FlowField VlanTpid = new("vlan_tpid", 24, 2, 0, 16, P.Vlan);
    public static readonly FlowField NwProto = new("nw_proto", 26, 1, 0, 8, P.Ip);
    public static readonly FlowField ArpOperation = new("arp_op", 26, 1, 0, 8, P.Arp);
    public static readonly FlowField NwFragment = new("nw_frag", 27, 1, 0, 2, P.Ip);
    public static readonly FlowField NwTos = new("nw_tos", 28, 1, 0, 8, P.Ip);
    public static readonly FlowField IpDscp = new("ip_dscp", 28, 1, 2, 6, P.Ip);
    public static readonly FlowField NwEcn = new("nw_ecn", 28, 1, 0, 2, P.Ip);
    public static readonly FlowField NwTtl = new("nw_ttl", 29, 1, 0, 8, P.Ip);
    public static readonly FlowField TcpFlags = new("tcp_flags", 30, 2, 0, 12, P.Tcp);
    public static readonly FlowField NwSource = new("nw_src", 32, 4, 0, 32, P.Ipv4);
    public static readonly FlowField NwDestination = new("nw_dst", 36, 4, 0, 32, P.Ipv4);
    public static readonly FlowField ArpSource = new("arp_spa", 32, 4, 0, 32, P.Arp);
    public static readonly FlowField ArpTarget = new("arp_tpa", 36, 4, 0, 32, P.Arp);
    public static readonly FlowField TcpSource = new("tcp_src", 40, 2, 0, 16, P.Tcp);
    public static readonly FlowField TcpDestination = new("tcp_dst", 42, 2, 0, 16, P.Tcp);
    public static readonly FlowField UdpSource = new("udp_src", 40, 2, 0, 16, P.Udp);
    public static readonly FlowField UdpDestination = new("udp_dst", 42, 2, 0, 16, P.Udp);
    public static readonly FlowField SctpSource = new("sctp_src", 40, 2, 0, 16, P.Sctp);
    public static readonly FlowField SctpDestination = new("sctp_dst", 42, 2, 0, 16, P.Sctp);

    /// <summary>OpenFlow's 8 bits; the upper half of the 16-bit word is always zero.</summary>
    public static readonly FlowField IcmpType = new("icmp_type", 40, 2, 0, 8, P.Icmp);
    public static readonly FlowField IcmpCode = new("icmp_code", 42, 2, 0, 8, P.Icmp);
    public static readonly FlowField Icmpv6Type = new("icmpv6_type", 40, 2, 0, 8, P.Icmpv6);
    public static readonly FlowField Icmpv6Code = new("icmpv6_code", 42, 2, 0, 8, P.Icmpv6);
    public static readonly FlowField Ipv6Label = new("ipv6_label", 44, 4, 0, 20, P.Ipv6);
    public static readonly FlowField SkbPriority = new("skb_priority", 48, 4, 0, 32);
    public static readonly FlowField SkbMark = new("pkt_mark", 52, 4, 0, 32);
    public static readonly FlowField DpHash = new("dp_hash", 56, 4, 0, 32);
    public static readonly FlowField PacketType = new("packet_type", 60, 4, 0, 32);

    public static readonly FlowField TunnelId = new("tun_id", 64, 8, 0, 64);
    public static readonly FlowField TunnelSource = new("tun_src", 72, 4, 0, 32);
    public static readonly FlowField TunnelDestination = new("tun_dst", 76, 4, 0, 32);
    public static readonly FlowField TunnelFlags = new("tun_flags", 80, 2, 0, 16);
    public static readonly FlowField TunnelTos = new("tun_tos", 82, 1, 0, 8);
    public static readonly FlowField TunnelTtl = new("tun_ttl", 83, 1, 0, 8);
    public static readonly FlowField TunnelTpSource = new("tun_tp_src", 84, 2, 0, 16);
    public static readonly FlowField TunnelTpDestination = new("tun_tp_dst", 86, 2, 0, 16);
    public static readonly FlowField TunnelGbpId = new("tun_gbp_id", 88, 2, 0, 16);
    public static readonly FlowField TunnelGbpFlags = new("tun_gbp_flags", 90, 1, 0, 8);
    public static readonly FlowField TunnelOptionsSize = new("tun_opts_len", 91, 1, 0, 8);
    public static readonly FlowField GtpuFlags = new("tun_gtpu_flags", 92, 1, 0, 8);
    public static readonly FlowField GtpuMessageType = new("tun_gtpu_msgtype", 93, 1, 0, 8);
    public static readonly FlowField ErspanVersion = new("tun_erspan_ver", 94, 1, 0, 8);
    public static readonly FlowField ErspanDirection = new("tun_erspan_dir", 95, 1, 0, 1);
    public static readonly FlowField ErspanHardwareId = new("tun_erspan_hwid", 95, 1, 2, 6);
    public static readonly FlowField TunnelSourceV6 = new("tun_ipv6_src", 96, 16, 0, 128);
    public static readonly FlowField TunnelDestinationV6 = new("tun_ipv6_dst", 112, 16, 0, 128);

    public static readonly FlowField Ipv6Source = new("ipv6_src", 128, 16, 0, 128, P.Ipv6);
    public static readonly FlowField Ipv6Destination = new("ipv6_dst", 144, 16, 0, 128, P.Ipv6);
    public static readonly FlowField NdTarget = new("nd_target", 160, 16, 0, 128, P.NeighbourDiscovery);
    public static readonly FlowField ArpSourceHardware = new("arp_sha", 176, 6, 0, 48, P.Arp);
    public static readonly FlowField ArpTargetHardware = new("arp_tha", 182, 6, 0, 48, P.Arp);
    public static readonly FlowField NdSourceLink = new("nd_sll", 176, 6, 0, 48, P.NeighbourSolicitation);
    public static readonly FlowField NdTargetLink = new("nd_tll", 182, 6, 0, 48, P.NeighbourAdvertisement);
    public static readonly FlowField NdReserved = new("nd_reserved", 188, 4, 0, 32, P.NeighbourDiscovery);

    public static readonly FlowField CtState = new("ct_state", 192, 4, 0, 32);
    public static readonly FlowField CtMark = new("ct_mark", 196, 4, 0, 32);
    public static readonly FlowField CtZone = new("ct_zone", 200, 2, 0, 16);
    public static readonly FlowField CtNwProto = new("ct_nw_proto", 202, 1, 0, 8, P.Ip);
    public static readonly FlowField CtTpSource = new("ct_tp_src", 204, 2, 0, 16, P.Ip);
    public static readonly FlowField CtTpDestination = new("ct_tp_dst", 206, 2, 0, 16, P.Ip);
    public static readonly FlowField CtLabel = new("ct_label", 208, 16, 0, 128);
    public static readonly FlowField CtNwSource = new("ct_nw_src", 224, 4, 0, 32, P.Ipv4);
    public static readonly FlowField CtNwDestination = new("ct_nw_dst", 240, 4, 0, 32, P.Ipv4);
    public static readonly FlowField CtIpv6Source = new("ct_ipv6_src", 224, 16, 0, 128, P.Ipv6);
    public static readonly FlowField CtIpv6Destination = new("ct_ipv6_dst", 240, 16, 0, 128, P.Ipv6);

    public static readonly FlowField InnerVlanTpid = new("inner_vlan_tpid", 256, 2, 0, 16, P.InnerVlan);
    public static readonly FlowField InnerVlanTci = new("inner_vlan_tci", 258, 2, 0, 16);
    public static readonly FlowField Mpls0 = new("mpls_lse0", 260, 4, 0, 32, P.Mpls);
    public static readonly FlowField Mpls1 = new("mpls_lse1", 264, 4, 0, 32, P.Mpls);
    public static readonly FlowField Mpls2 = new("mpls_lse2", 268, 4, 0, 32, P.Mpls);
    public static readonly FlowField MplsLabel = new("mpls_label", 260, 4, 12, 20, P.Mpls);
    public static readonly FlowField MplsTc = new("mpls_tc", 260, 4, 9, 3, P.Mpls);
    public static readonly FlowField MplsBos = new("mpls_bos", 260, 4, 8, 1, P.Mpls);
    public static readonly FlowField MplsTtl = new("mpls_ttl", 260, 4, 0, 8, P.Mpls);
    public static readonly FlowField NdOptionsType = new("nd_options_type", 272, 1, 0, 8, P.NeighbourDiscovery);
    public static readonly FlowField ErspanIndex = new("tun_erspan_idx", 276, 4, 0, 20);

    /// <summary>All fields, in the order of the key. GENEVE options are bytes without names.</summary>
    public static IReadOnlyList<FlowField> All { get; } =
    [
        InPort, RecircId, EthDestination, EthSource, EthernetType, VlanTci, VlanVid, DlVlan, VlanPcp, VlanTpid, NwProto, ArpOperation,
        NwFragment, NwTos, IpDscp, NwEcn, NwTtl, TcpFlags, NwSource, NwDestination, ArpSource, ArpTarget, TcpSource, TcpDestination,
        UdpSource, UdpDestination, SctpSource, SctpDestination, IcmpType, IcmpCode, Icmpv6Type, Icmpv6Code, Ipv6Label, SkbPriority,
        SkbMark, DpHash, PacketType, TunnelId, TunnelSource, TunnelDestination, TunnelFlags, TunnelTos, TunnelTtl, TunnelTpSource,
        TunnelTpDestination, TunnelGbpId, TunnelGbpFlags, TunnelOptionsSize, GtpuFlags, GtpuMessageType, ErspanVersion, ErspanDirection,
        ErspanHardwareId, TunnelSourceV6, TunnelDestinationV6, Ipv6Source, Ipv6Destination, NdTarget, ArpSourceHardware,
        ArpTargetHardware, NdSourceLink, NdTargetLink, NdReserved, CtState, CtMark, CtZone, CtNwProto, CtTpSource, CtTpDestination,
        CtLabel, CtNwSource, CtNwDestination, CtIpv6Source, CtIpv6Destination, InnerVlanTpid, InnerVlanTci, Mpls0, Mpls1, Mpls2,
        MplsLabel, MplsTc, MplsBos, MplsTtl, NdOptionsType, ErspanIndex,
    ];

    private static readonly FrozenDictionary<string, FlowField> ByAnyName = Index();

    internal static bool TryFind(string name, out FlowField field) => ByAnyName.TryGetValue(name, out field);

    private static FrozenDictionary<string, FlowField> Index()
    {
        var names = All.ToDictionary(field => field.Name);
        names["tunnel_id"] = TunnelId;
        names["skb_mark"] = SkbMark;
        names["dl_src"] = EthSource;
        names["dl_dst"] = EthDestination;
        names["dl_type"] = EthernetType;
        names["dl_vlan_pcp"] = VlanPcp;
        names["ip_proto"] = NwProto;
        names["ip_src"] = NwSource;
        names["ip_dst"] = NwDestination;
        names["ip_frag"] = NwFragment;
        names["ip_ecn"] = NwEcn;
        names["ip_ttl"] = NwTtl;
        names["icmpv4_type"] = IcmpType;
        names["icmpv4_code"] = IcmpCode;
        return names.ToFrozenDictionary();
    }
}
