using Fabric.Flow;
using Fabric.Wire;
using static Fabric.OpenFlow.FieldFormat;
using static Fabric.OpenFlow.FieldTraits;
using static Fabric.OpenFlow.MatchPrerequisite;
using static Fabric.OpenFlow.OpenFlowVersion;
using K = Fabric.OpenFlow.OpenFlowKey;

namespace Fabric.OpenFlow;

/// <summary>
/// The fields of the match language, all that Open vSwitch 3.1 has but the network service header: one row each with name and aliases, the
/// bits of the key, text format, prerequisite, traits, and the codes on the wire (OVS: <c>include/openvswitch/meta-flow.h</c>). Offsets are
/// found by setting a property of a blank key and looking where the ones went, so this table cannot disagree with the layout of the key.
/// </summary>
public static partial class OpenFlowFields
{
    private static readonly List<OpenFlowField> Fields = [];

    private delegate void Probe(ref OpenFlowKey key);

    public static readonly OpenFlowField InPort =
        Add("in_port", (ref K k) => k.InPort = new(0xffff), 0, Port, MatchPrerequisite.None, Exact, Nxm0("NXM_OF_IN_PORT", 0));
    /// <summary>The same field as <see cref="InPort"/>, with the 32-bit numbers of OpenFlow 1.1 and later.</summary>
    public static readonly OpenFlowField InPortWide = Part(InPort, "in_port_oxm", 0, 32, 4, Port, MatchPrerequisite.None, Exact,
        Basic("OXM_OF_IN_PORT", 0, V12));
    public static readonly OpenFlowField PacketType =
        Add("packet_type", (ref K k) => k.Packet.PacketType = ~0u, 0, FieldFormat.PacketType, MatchPrerequisite.None, ReadOnly | Exact,
        Basic("OXM_OF_PACKET_TYPE", 44, V15));
    public static readonly OpenFlowField TunnelId =
        Add("tun_id tunnel_id", (ref K k) => k.Packet.TunnelId = ulong.MaxValue, 0, Hexadecimal, MatchPrerequisite.None, Plain,
        Nxm1("NXM_NX_TUN_ID", 16), Basic("OXM_OF_TUNNEL_ID", 38, V13));
    public static readonly OpenFlowField TunnelSource =
        Add("tun_src", (ref K k) => k.Packet.TunnelSource = new(~0u), 0, FieldFormat.Ipv4, MatchPrerequisite.None, Plain,
        Nxm1("NXM_NX_TUN_IPV4_SRC", 31));
    public static readonly OpenFlowField TunnelDestination =
        Add("tun_dst", (ref K k) => k.Packet.TunnelDestination = new(~0u), 0, FieldFormat.Ipv4, MatchPrerequisite.None, Plain,
        Nxm1("NXM_NX_TUN_IPV4_DST", 32));
    public static readonly OpenFlowField TunnelSourceV6 =
        Add("tun_ipv6_src", (ref K k) => k.Packet.TunnelSourceV6 = AllOnes6, 0, FieldFormat.Ipv6, MatchPrerequisite.None, Plain,
        Nxm1("NXM_NX_TUN_IPV6_SRC", 109));
    public static readonly OpenFlowField TunnelDestinationV6 =
        Add("tun_ipv6_dst", (ref K k) => k.Packet.TunnelDestinationV6 = AllOnes6, 0, FieldFormat.Ipv6, MatchPrerequisite.None, Plain,
        Nxm1("NXM_NX_TUN_IPV6_DST", 110));
    /// <summary>What the datapath matches on; rules see one bit of it, <see cref="TunnelFlagBits"/>.</summary>
    internal static readonly OpenFlowField TunnelFlagWord =
        Add("", (ref K k) => k.Packet.TunnelFlags = (Fabric.Wire.TunnelFlags)0xffff, 0,
        FieldFormat.TunnelFlags, MatchPrerequisite.None, Plain);
    public static readonly OpenFlowField TunnelFlagBits =
        Part(TunnelFlagWord, "tun_flags", 3, 1, 2, FieldFormat.TunnelFlags, MatchPrerequisite.None, Plain, Nxm1("NXM_NX_TUN_FLAGS", 104));
    public static readonly OpenFlowField TunnelTos =
        Add("tun_tos", (ref K k) => k.Packet.TunnelTos = 255, 0, FieldFormat.Decimal, MatchPrerequisite.None, ReadOnly);
    public static readonly OpenFlowField TunnelTtl =
        Add("tun_ttl", (ref K k) => k.Packet.TunnelTtl = 255, 0, FieldFormat.Decimal, MatchPrerequisite.None, ReadOnly);
    public static readonly OpenFlowField TunnelGbpId =
        Add("tun_gbp_id", (ref K k) => k.Packet.TunnelGbpId = 0xffff, 0, FieldFormat.Decimal, MatchPrerequisite.None, Plain,
        Nxm1("NXM_NX_TUN_GBP_ID", 38));
    public static readonly OpenFlowField TunnelGbpFlags =
        Add("tun_gbp_flags", (ref K k) => k.Packet.TunnelGbpFlags = 255, 0, Hexadecimal, MatchPrerequisite.None, Plain,
        Nxm1("NXM_NX_TUN_GBP_FLAGS", 39));
    public static readonly OpenFlowField ErspanIndex =
        Add("tun_erspan_idx", (ref K k) => k.Packet.ErspanIndex = ~0u, 20, Hexadecimal, MatchPrerequisite.None, Plain,
        Nicira("NXOXM_ET_ERSPAN_IDX", 11));
    public static readonly OpenFlowField ErspanVersion =
        Add("tun_erspan_ver", (ref K k) => k.Packet.ErspanVersion = 255, 4, FieldFormat.Decimal, MatchPrerequisite.None, Plain,
        Nicira("NXOXM_ET_ERSPAN_VER", 12));
    private static readonly OpenFlowField ErspanByte =
        Add("", (ref K k) => k.Packet.ErspanDirectionAndHardwareId = 255, 0, Hexadecimal, MatchPrerequisite.None, Plain);
    public static readonly OpenFlowField ErspanDirection =
        Part(ErspanByte, "tun_erspan_dir", 7, 1, 1, FieldFormat.Decimal, MatchPrerequisite.None, Plain, Nicira("NXOXM_ET_ERSPAN_DIR", 13));
    public static readonly OpenFlowField ErspanHardwareId =
        Part(ErspanByte, "tun_erspan_hwid", 0, 6, 1, Hexadecimal, MatchPrerequisite.None, Plain, Nicira("NXOXM_ET_ERSPAN_HWID", 14));
    public static readonly OpenFlowField GtpuFlags =
        Add("tun_gtpu_flags", (ref K k) => k.Packet.GtpuFlags = 255, 0, Hexadecimal, MatchPrerequisite.None, ReadOnly,
        Nicira("NXOXM_ET_GTPU_FLAGS", 15));
    public static readonly OpenFlowField GtpuMessageType =
        Add("tun_gtpu_msgtype", (ref K k) => k.Packet.GtpuMessageType = 255, 0, FieldFormat.Decimal, MatchPrerequisite.None, ReadOnly,
        Nicira("NXOXM_ET_GTPU_MSGTYPE", 16));
    public static readonly OpenFlowField Metadata =
        Add("metadata", (ref K k) => k.Metadata = ulong.MaxValue, 0, Hexadecimal, MatchPrerequisite.None, Plain,
        Basic("OXM_OF_METADATA", 2, V12));
    public static readonly OpenFlowField ActionSetOutput =
        Add("actset_output", (ref K k) => k.ActionSetOutput = ~0u, 0, Port, MatchPrerequisite.None, ReadOnly | Exact,
        Onf("ONFOXM_ET_ACTSET_OUTPUT", 43, V13), Basic("OXM_OF_ACTSET_OUTPUT", 43, V15));
    public static readonly OpenFlowField PacketMark =
        Add("pkt_mark", (ref K k) => k.Packet.SkbMark = ~0u, 0, Hexadecimal, MatchPrerequisite.None, Plain, Nxm1("NXM_NX_PKT_MARK", 33));
    public static readonly OpenFlowField SkbPriority =
        Add("skb_priority", (ref K k) => k.Packet.SkbPriority = ~0u, 0, Hexadecimal, MatchPrerequisite.None, ReadOnly | Exact);
    public static readonly OpenFlowField DpHash =
        Add("dp_hash", (ref K k) => k.Packet.DpHash = ~0u, 0, Hexadecimal, MatchPrerequisite.None, ReadOnly,
        Nicira("NXOXM_ET_DP_HASH", 0), Nxm1("NXM_NX_DP_HASH", 35));
    public static readonly OpenFlowField RecircId =
        Add("recirc_id", (ref K k) => k.Packet.RecircId = ~0u, 0, FieldFormat.Decimal, MatchPrerequisite.None, ReadOnly | Exact,
        Nxm1("NXM_NX_RECIRC_ID", 36));
    public static readonly OpenFlowField ConjunctionId =
        Add("conj_id", (ref K k) => k.ConjunctionId = ~0u, 0, FieldFormat.Decimal, MatchPrerequisite.None, ReadOnly | Exact,
        Nxm1("NXM_NX_CONJ_ID", 37));
    public static readonly OpenFlowField CtState =
        Add("ct_state", (ref K k) => k.Packet.CtState = ~0u, 0, ConnectionState, MatchPrerequisite.None, ReadOnly,
        Nxm1("NXM_NX_CT_STATE", 105));
    public static readonly OpenFlowField CtZone =
        Add("ct_zone", (ref K k) => k.Packet.CtZone = 0xffff, 0, FieldFormat.Decimal, MatchPrerequisite.None, ReadOnly | Exact,
        Nxm1("NXM_NX_CT_ZONE", 106));
    public static readonly OpenFlowField CtMark =
        Add("ct_mark", (ref K k) => k.Packet.CtMark = ~0u, 0, Hexadecimal, MatchPrerequisite.None, Plain, Nxm1("NXM_NX_CT_MARK", 107));
    public static readonly OpenFlowField CtLabel =
        Add("ct_label", (ref K k) => k.Packet.CtLabel = UInt128.MaxValue, 0, Hexadecimal, MatchPrerequisite.None, Plain,
        Nxm1("NXM_NX_CT_LABEL", 108));
    public static readonly OpenFlowField CtNwProto =
        Add("ct_nw_proto", (ref K k) => k.Packet.CtNwProto = 255, 0, FieldFormat.Decimal, Connection, ReadOnly | Exact,
        Nxm1("NXM_NX_CT_NW_PROTO", 119));
    public static readonly OpenFlowField CtNwSource =
        Add("ct_nw_src", (ref K k) => k.Packet.CtNwSource = new(~0u), 0, FieldFormat.Ipv4, Connection, ReadOnly,
        Nxm1("NXM_NX_CT_NW_SRC", 120));
    public static readonly OpenFlowField CtNwDestination =
        Add("ct_nw_dst", (ref K k) => k.Packet.CtNwDestination = new(~0u), 0, FieldFormat.Ipv4, Connection, ReadOnly,
        Nxm1("NXM_NX_CT_NW_DST", 121));
    public static readonly OpenFlowField CtIpv6Source =
        Add("ct_ipv6_src", (ref K k) => k.Packet.CtIpv6Source = AllOnes6, 0, FieldFormat.Ipv6, Connection, ReadOnly,
        Nxm1("NXM_NX_CT_IPV6_SRC", 122));
    public static readonly OpenFlowField CtIpv6Destination =
        Add("ct_ipv6_dst", (ref K k) => k.Packet.CtIpv6Destination = AllOnes6, 0, FieldFormat.Ipv6, Connection, ReadOnly,
        Nxm1("NXM_NX_CT_IPV6_DST", 123));
    public static readonly OpenFlowField CtTpSource =
        Add("ct_tp_src", (ref K k) => k.Packet.CtTpSource = 0xffff, 0, FieldFormat.Decimal, Connection, ReadOnly,
        Nxm1("NXM_NX_CT_TP_SRC", 124));
    public static readonly OpenFlowField CtTpDestination =
        Add("ct_tp_dst", (ref K k) => k.Packet.CtTpDestination = 0xffff, 0, FieldFormat.Decimal, Connection, ReadOnly,
        Nxm1("NXM_NX_CT_TP_DST", 125));
    public static readonly OpenFlowField EthSource =
        Add("eth_src dl_src", (ref K k) => k.Packet.EthSource = new(~0ul), 0, Mac, Ethernet, Plain,
        Nxm0("NXM_OF_ETH_SRC", 2), Basic("OXM_OF_ETH_SRC", 4, V12));
    public static readonly OpenFlowField EthDestination =
        Add("eth_dst dl_dst", (ref K k) => k.Packet.EthDestination = new(~0ul), 0, Mac, Ethernet, Plain,
        Nxm0("NXM_OF_ETH_DST", 1), Basic("OXM_OF_ETH_DST", 3, V12));
    public static readonly OpenFlowField EthType =
        Add("eth_type dl_type", (ref K k) => k.Packet.EthType = 0xffff, 0, Hexadecimal, Ethernet, ReadOnly | Exact,
        Nxm0("NXM_OF_ETH_TYPE", 3), Basic("OXM_OF_ETH_TYPE", 5, V12));
    public static readonly OpenFlowField VlanTci = Add("vlan_tci", (ref K k) => k.Packet.VlanTci = 0xffff, 0, Hexadecimal, Ethernet, Plain,
        Nxm0("NXM_OF_VLAN_TCI", 4));
    /// <summary>12 bits of id; a match adds "tagged".</summary>
    public static readonly OpenFlowField DlVlan = Part(VlanTci, "dl_vlan", 0, 12, 2, FieldFormat.Decimal, Ethernet, Plain);
    /// <summary>The id and, as bit 12, whether there is a tag (OpenFlow 1.2 and later).</summary>
    public static readonly OpenFlowField VlanVid = Part(VlanTci, "vlan_vid", 0, 13, 2, FieldFormat.Decimal, Ethernet, Plain,
        Basic("OXM_OF_VLAN_VID", 6, V12));
    public static readonly OpenFlowField DlVlanPcp = Part(VlanTci, "dl_vlan_pcp", 13, 3, 1, FieldFormat.Decimal, Ethernet, Plain);
    public static readonly OpenFlowField VlanPcp = Part(VlanTci, "vlan_pcp", 13, 3, 1, FieldFormat.Decimal, Vlan, Exact,
        Basic("OXM_OF_VLAN_PCP", 7, V12));
    public static readonly OpenFlowField Mpls =
        Add("mpls_lse", (ref K k) => k.Packet.Mpls0 = ~0u, 0, Hexadecimal, MatchPrerequisite.Mpls, ReadOnly);
    public static readonly OpenFlowField MplsLabel = Part(Mpls, "mpls_label", 12, 20, 4, FieldFormat.Decimal, MatchPrerequisite.Mpls, Exact,
        Basic("OXM_OF_MPLS_LABEL", 34, V12));
    public static readonly OpenFlowField MplsTc = Part(Mpls, "mpls_tc", 9, 3, 1, FieldFormat.Decimal, MatchPrerequisite.Mpls, Exact,
        Basic("OXM_OF_MPLS_TC", 35, V12));
    public static readonly OpenFlowField MplsBos =
        Part(Mpls, "mpls_bos", 8, 1, 1, FieldFormat.Decimal, MatchPrerequisite.Mpls, ReadOnly | Exact, Basic("OXM_OF_MPLS_BOS", 36, V13));
    public static readonly OpenFlowField MplsTtl = Part(Mpls, "mpls_ttl", 0, 8, 1, FieldFormat.Decimal, MatchPrerequisite.Mpls, Exact,
        Nxm1("NXM_NX_MPLS_TTL", 30));
    public static readonly OpenFlowField NwSource =
        Add("ip_src nw_src ipv4_src", (ref K k) => k.Packet.NwSource = new(~0u), 0, FieldFormat.Ipv4, MatchPrerequisite.Ipv4, Plain,
        Nxm0("NXM_OF_IP_SRC", 7), Basic("OXM_OF_IPV4_SRC", 11, V12));
    public static readonly OpenFlowField NwDestination =
        Add("ip_dst nw_dst ipv4_dst", (ref K k) => k.Packet.NwDestination = new(~0u), 0, FieldFormat.Ipv4, MatchPrerequisite.Ipv4, Plain,
        Nxm0("NXM_OF_IP_DST", 8), Basic("OXM_OF_IPV4_DST", 12, V12));
    public static readonly OpenFlowField Ipv6Source =
        Add("ipv6_src", (ref K k) => k.Packet.Ipv6Source = AllOnes6, 0, FieldFormat.Ipv6, MatchPrerequisite.Ipv6, Plain,
        Nxm1("NXM_NX_IPV6_SRC", 19), Basic("OXM_OF_IPV6_SRC", 26, V12));
    public static readonly OpenFlowField Ipv6Destination =
        Add("ipv6_dst", (ref K k) => k.Packet.Ipv6Destination = AllOnes6, 0, FieldFormat.Ipv6, MatchPrerequisite.Ipv6, Plain,
        Nxm1("NXM_NX_IPV6_DST", 20), Basic("OXM_OF_IPV6_DST", 27, V12));
    public static readonly OpenFlowField Ipv6Label =
        Add("ipv6_label", (ref K k) => k.Packet.Ipv6Label = ~0u, 20, Hexadecimal, MatchPrerequisite.Ipv6, Plain,
        Nxm1("NXM_NX_IPV6_LABEL", 27), Basic("OXM_OF_IPV6_FLABEL", 28, V12));
    public static readonly OpenFlowField NwProto =
        Add("nw_proto ip_proto", (ref K k) => k.Packet.NwProto = 255, 0, FieldFormat.Decimal, AnyIp, ReadOnly | Exact,
        Nxm0("NXM_OF_IP_PROTO", 6), Basic("OXM_OF_IP_PROTO", 10, V12));
    public static readonly OpenFlowField Tos = Add("nw_tos_ecn", (ref K k) => k.Packet.NwTos = 255, 0, FieldFormat.Decimal, AnyIp, Plain);
    /// <summary>The whole byte, of which the two ECN bits read as zero and are left as they are.</summary>
    public static readonly OpenFlowField NwTos = Part(Tos, "nw_tos", 0, 8, 1, FieldFormat.Decimal, AnyIp, Exact, Nxm0("NXM_OF_IP_TOS", 5));
    public static readonly OpenFlowField Dscp = Part(Tos, "ip_dscp nw_dscp", 2, 6, 1, FieldFormat.Decimal, AnyIp, Exact,
        Basic("OXM_OF_IP_DSCP", 8, V12));
    public static readonly OpenFlowField Ecn = Part(Tos, "nw_ecn ip_ecn", 0, 2, 1, FieldFormat.Decimal, AnyIp, Exact,
        Nxm1("NXM_NX_IP_ECN", 28), Basic("OXM_OF_IP_ECN", 9, V12));
    public static readonly OpenFlowField NwTtl =
        Add("nw_ttl ip_ttl", (ref K k) => k.Packet.NwTtl = 255, 0, FieldFormat.Decimal, AnyIp, Exact, Nxm1("NXM_NX_IP_TTL", 29));
    public static readonly OpenFlowField Fragment =
        Add("ip_frag nw_frag", (ref K k) => k.Packet.NwFragment = (FragmentBits)255, 2, FieldFormat.Fragment, AnyIp, ReadOnly,
        Nxm1("NXM_NX_IP_FRAG", 26));
    public static readonly OpenFlowField ArpOp = Part(NwProto, "arp_op", 0, 8, 2, FieldFormat.Decimal, Arp, Exact,
        Nxm0("NXM_OF_ARP_OP", 15), Basic("OXM_OF_ARP_OP", 21, V12));
    public static readonly OpenFlowField ArpSpa = Part(NwSource, "arp_spa", 0, 32, 4, FieldFormat.Ipv4, Arp, Plain,
        Nxm0("NXM_OF_ARP_SPA", 16), Basic("OXM_OF_ARP_SPA", 22, V12));
    public static readonly OpenFlowField ArpTpa = Part(NwDestination, "arp_tpa", 0, 32, 4, FieldFormat.Ipv4, Arp, Plain,
        Nxm0("NXM_OF_ARP_TPA", 17), Basic("OXM_OF_ARP_TPA", 23, V12));
    public static readonly OpenFlowField ArpSha = Add("arp_sha", (ref K k) => k.Packet.ArpSourceHardware = new(~0ul), 0, Mac, Arp, Plain,
        Nxm1("NXM_NX_ARP_SHA", 17), Basic("OXM_OF_ARP_SHA", 24, V12));
    public static readonly OpenFlowField ArpTha = Add("arp_tha", (ref K k) => k.Packet.ArpTargetHardware = new(~0ul), 0, Mac, Arp, Plain,
        Nxm1("NXM_NX_ARP_THA", 18), Basic("OXM_OF_ARP_THA", 25, V12));
    public static readonly OpenFlowField TpSource =
        Add("tp_src", (ref K k) => k.Packet.TpSource = 0xffff, 0, FieldFormat.Decimal, MatchPrerequisite.None, Plain);
    public static readonly OpenFlowField TpDestination =
        Add("tp_dst", (ref K k) => k.Packet.TpDestination = 0xffff, 0, FieldFormat.Decimal, MatchPrerequisite.None, Plain);
    public static readonly OpenFlowField TcpSource = Part(TpSource, "tcp_src", 0, 16, 2, FieldFormat.Decimal, Tcp, Plain,
        Nxm0("NXM_OF_TCP_SRC", 9), Basic("OXM_OF_TCP_SRC", 13, V12));
    public static readonly OpenFlowField TcpDestination = Part(TpDestination, "tcp_dst", 0, 16, 2, FieldFormat.Decimal, Tcp, Plain,
        Nxm0("NXM_OF_TCP_DST", 10), Basic("OXM_OF_TCP_DST", 14, V12));
    public static readonly OpenFlowField UdpSource = Part(TpSource, "udp_src", 0, 16, 2, FieldFormat.Decimal, Udp, Plain,
        Nxm0("NXM_OF_UDP_SRC", 11), Basic("OXM_OF_UDP_SRC", 15, V12));
    public static readonly OpenFlowField UdpDestination = Part(TpDestination, "udp_dst", 0, 16, 2, FieldFormat.Decimal, Udp, Plain,
        Nxm0("NXM_OF_UDP_DST", 12), Basic("OXM_OF_UDP_DST", 16, V12));
    public static readonly OpenFlowField SctpSource = Part(TpSource, "sctp_src", 0, 16, 2, FieldFormat.Decimal, Sctp, Plain,
        Basic("OXM_OF_SCTP_SRC", 17, V12));
    public static readonly OpenFlowField SctpDestination = Part(TpDestination, "sctp_dst", 0, 16, 2, FieldFormat.Decimal, Sctp, Plain,
        Basic("OXM_OF_SCTP_DST", 18, V12));
    public static readonly OpenFlowField IcmpType = Part(TpSource, "icmp_type icmpv4_type", 0, 8, 1, FieldFormat.Decimal, Icmpv4, Exact,
        Nxm0("NXM_OF_ICMP_TYPE", 13), Basic("OXM_OF_ICMPV4_TYPE", 19, V12));
    public static readonly OpenFlowField IcmpCode =
        Part(TpDestination, "icmp_code icmpv4_code", 0, 8, 1, FieldFormat.Decimal, Icmpv4, Exact,
        Nxm0("NXM_OF_ICMP_CODE", 14), Basic("OXM_OF_ICMPV4_CODE", 20, V12));
    public static readonly OpenFlowField Icmpv6Type = Part(TpSource, "icmpv6_type", 0, 8, 1, FieldFormat.Decimal, Icmpv6, Exact,
        Nxm1("NXM_NX_ICMPV6_TYPE", 21), Basic("OXM_OF_ICMPV6_TYPE", 29, V12));
    public static readonly OpenFlowField Icmpv6Code = Part(TpDestination, "icmpv6_code", 0, 8, 1, FieldFormat.Decimal, Icmpv6, Exact,
        Nxm1("NXM_NX_ICMPV6_CODE", 22), Basic("OXM_OF_ICMPV6_CODE", 30, V12));
    public static readonly OpenFlowField TcpFlagBits =
        Add("tcp_flags", (ref K k) => k.Packet.TcpFlags = 0xffff, 12, FieldFormat.TcpFlags, Tcp, ReadOnly,
        Nxm1("NXM_NX_TCP_FLAGS", 34), Onf("ONFOXM_ET_TCP_FLAGS", 42, V13), Basic("OXM_OF_TCP_FLAGS", 42, V15));
    public static readonly OpenFlowField NdTarget =
        Add("nd_target", (ref K k) => k.Packet.NdTarget = AllOnes6, 0, FieldFormat.Ipv6, NeighbourAny, Plain,
        Nxm1("NXM_NX_ND_TARGET", 23), Basic("OXM_OF_IPV6_ND_TARGET", 31, V12));
    public static readonly OpenFlowField NdSourceLink = Part(ArpSha, "nd_sll", 0, 48, 6, Mac, NeighbourSolicit, Plain,
        Nxm1("NXM_NX_ND_SLL", 24), Basic("OXM_OF_IPV6_ND_SLL", 32, V12));
    public static readonly OpenFlowField NdTargetLink = Part(ArpTha, "nd_tll", 0, 48, 6, Mac, NeighbourAdvert, Plain,
        Nxm1("NXM_NX_ND_TLL", 25), Basic("OXM_OF_IPV6_ND_TLL", 33, V12));
    public static readonly OpenFlowField NdReserved =
        Add("nd_reserved", (ref K k) => k.Packet.NdReserved = ~0u, 0, FieldFormat.Decimal, NeighbourAny, Exact,
        Ericsson("ERICOXM_OF_ICMPV6_ND_RESERVED", 1));
    public static readonly OpenFlowField NdOptionsType =
        Add("nd_options_type", (ref K k) => k.Packet.NdOptionsType = 255, 0, FieldFormat.Decimal, NeighbourAny, Exact,
        Ericsson("ERICOXM_OF_ICMPV6_ND_OPTIONS_TYPE", 2));
    public static readonly OpenFlowField[] Registers = AddRegisters("reg", RegisterFile.Count, 4,
        i => Nxm1($"NXM_NX_REG{i}", i));
    public static readonly OpenFlowField[] DoubleRegisters = AddRegisters("xreg", RegisterFile.Count / 2, 8,
        i => new($"OXM_OF_PKT_REG{i}", 0, FieldCode.PacketRegisters, (byte)i, V13));
    public static readonly OpenFlowField[] QuadRegisters = AddRegisters("xxreg", RegisterFile.Count / 4, 16,
        i => Nxm1($"NXM_NX_XXREG{i}", 111 + i));

    /// <summary>
    /// Tunnel options by the number of their field. These have no place in the key and up to 992 bits; a <see
    /// cref="TunnelOptionMap"/> gives each its place and size.
    /// </summary>
    public static readonly OpenFlowField[] TunnelMetadata = AddTunnelMetadata();

    private static Ipv6Address AllOnes6 => new(ulong.MaxValue, ulong.MaxValue);

    public static IReadOnlyList<OpenFlowField> All => Fields;

    private static FieldCode Nxm0(string name, int id) => new(name, 0, FieldCode.Nxm0, (byte)id, 0);

    private static FieldCode Nxm1(string name, int id) => new(name, 0, FieldCode.Nxm1, (byte)id, 0);

    private static FieldCode Basic(string name, int id, OpenFlowVersion since) => new(name, 0, FieldCode.Basic, (byte)id, since);

    private static FieldCode Ericsson(string name, int id) => new(name, 0, FieldCode.Ericsson, (byte)id, 0);

    private static FieldCode Nicira(string name, int id) =>
        new(name, OpenFlowErrors.NiciraVendor, FieldCode.ExperimenterClass, (byte)id, 0);

    private static FieldCode Onf(string name, int id, OpenFlowVersion since) =>
        new(name, OpenFlowErrors.OnfVendor, FieldCode.ExperimenterClass, (byte)id, since);

    private static OpenFlowField Add(string names, Probe probe, int width, FieldFormat format, MatchPrerequisite prerequisite,
        FieldTraits traits, params FieldCode[] codes)
    {
        var key = default(OpenFlowKey);
        probe(ref key);
        var bytes = OpenFlowKey.AllBytes(ref key);
        var offset = bytes.IndexOfAnyExcept((byte)0);
        var size = bytes.LastIndexOfAnyExcept((byte)0) - offset + 1;
        return Register(names, offset, size, 0, width == 0 ? size * 8 : width, size, format, prerequisite, traits, codes);
    }

    private static OpenFlowField Part(OpenFlowField whole, string names, int shift, int width, int wireSize, FieldFormat format,
        MatchPrerequisite prerequisite, FieldTraits traits, params FieldCode[] codes) =>
        Register(names, whole.Offset, whole.Size, shift, width, wireSize, format, prerequisite, traits, codes);

    private static OpenFlowField Register(string names, int offset, int size, int shift, int width, int wireSize, FieldFormat format,
        MatchPrerequisite prerequisite, FieldTraits traits, FieldCode[] codes)
    {
        var words = names.Split(' ');
        var field = new OpenFlowField(words[0], offset, size, format)
        {
            Aliases = words[1..],
            Shift = shift,
            Width = width,
            WireSize = wireSize,
            Prerequisite = prerequisite,
            IsWritable = (traits & ReadOnly) == 0,
            IsMaskable = (traits & Exact) == 0,
            IsWidePort = words[0] == "in_port_oxm",
            Kept = words[0] == "nw_tos" ? (UInt128)3 : 0,
            ActionWidth = words[0] switch { "vlan_vid" => 12, "arp_op" => 16, _ => 0 },
            Codes = codes,
        };
        // A word or byte that only its parts have names for is not itself a field.
        if (names.Length > 0) Fields.Add(field);
        return field;
    }

    private static OpenFlowField[] AddRegisters(string prefix, int count, int size, Func<int, FieldCode> code)
    {
        var fields = new OpenFlowField[count];
        for (var i = 0; i < count; i++)
            fields[i] = Register($"{prefix}{i}", FlowKey.Size + i * size, size, 0, size * 8, size, Hexadecimal, MatchPrerequisite.None,
                Plain, [code(i)]);
        return fields;
    }

    private static OpenFlowField[] AddTunnelMetadata()
    {
        var fields = new OpenFlowField[TunnelOptionMap.FieldCount];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = new OpenFlowField($"tun_metadata{i}", OpenFlowKey.TunnelAreaOffset, 0, Hexadecimal)
            {
                TunnelIndex = i, Width = TunnelOptionMap.MaxOptionSize * 8, WireSize = TunnelOptionMap.MaxOptionSize,
                Codes = [Nxm1($"NXM_NX_TUN_METADATA{i}", 40 + i)],
            };
            Fields.Add(fields[i]);
        }

        return fields;
    }
}
