using System.Collections.Frozen;
using Fabric.Flow;
using Fabric.Wire;
using static Fabric.OpenFlow.FieldFormat;
using static Fabric.OpenFlow.MatchPrerequisite;

namespace Fabric.OpenFlow;

/// <summary>
/// The fields by name (OVS: <c>include/openvswitch/meta-flow.h</c>). Offsets are found by setting a property of a blank key and looking
/// where the ones went, so this table cannot disagree with the layout of the key.
/// </summary>
public static class OpenFlowFields
{
    private static readonly List<OpenFlowField> Fields = [];

    private delegate void Probe(ref OpenFlowKey key);

    public static readonly OpenFlowField InPort = Add("in_port", (ref OpenFlowKey k) => k.InPort = new(0xffff), Port,
        Always("NXM_OF_IN_PORT"));
    public static readonly OpenFlowField TunnelId = Add("tun_id", (ref OpenFlowKey k) => k.Packet.TunnelId = ulong.MaxValue, Hexadecimal,
        Always("NXM_NX_TUN_ID", "OXM_OF_TUNNEL_ID"), ["tunnel_id"]);
    public static readonly OpenFlowField TunnelSource = Add("tun_src", (ref OpenFlowKey k) => k.Packet.TunnelSource = new(~0u),
        FieldFormat.Ipv4,
        Always("NXM_NX_TUN_IPV4_SRC"));
    public static readonly OpenFlowField TunnelDestination = Add("tun_dst", (ref OpenFlowKey k) => k.Packet.TunnelDestination = new(~0u),
        FieldFormat.Ipv4, Always("NXM_NX_TUN_IPV4_DST"));
    public static readonly OpenFlowField TunnelSourceV6 = Add("tun_ipv6_src", (ref OpenFlowKey k) => k.Packet.TunnelSourceV6 = AllOnes6,
        FieldFormat.Ipv6, Always("NXM_NX_TUN_IPV6_SRC"));
    public static readonly OpenFlowField TunnelDestinationV6 = Add("tun_ipv6_dst", (ref OpenFlowKey k) =>
        k.Packet.TunnelDestinationV6 = AllOnes6,
        FieldFormat.Ipv6, Always("NXM_NX_TUN_IPV6_DST"));
    public static readonly OpenFlowField TunnelFlagBits = Add("tun_flags", (ref OpenFlowKey k) =>
        k.Packet.TunnelFlags = (TunnelFlags)0xffff,
        FieldFormat.TunnelFlags, Always("NXM_NX_TUN_FLAGS"));
    public static readonly OpenFlowField TunnelTos = Add("tun_tos", (ref OpenFlowKey k) => k.Packet.TunnelTos = 255, FieldFormat.Decimal,
        default);
    public static readonly OpenFlowField TunnelTtl = Add("tun_ttl", (ref OpenFlowKey k) => k.Packet.TunnelTtl = 255, FieldFormat.Decimal,
        default);
    public static readonly OpenFlowField TunnelGbpId = Add("tun_gbp_id", (ref OpenFlowKey k) => k.Packet.TunnelGbpId = 0xffff,
        FieldFormat.Decimal,
        Always("NXM_NX_TUN_GBP_ID"));
    public static readonly OpenFlowField TunnelGbpFlags = Add("tun_gbp_flags", (ref OpenFlowKey k) => k.Packet.TunnelGbpFlags = 255,
        Hexadecimal,
        Always("NXM_NX_TUN_GBP_FLAGS"));
    public static readonly OpenFlowField Metadata = Add("metadata", (ref OpenFlowKey k) => k.Metadata = ulong.MaxValue, Hexadecimal,
        Always("OXM_OF_METADATA"));
    public static readonly OpenFlowField PacketMark = Add("pkt_mark", (ref OpenFlowKey k) => k.Packet.SkbMark = ~0u, Hexadecimal,
        Always("NXM_NX_PKT_MARK"));
    public static readonly OpenFlowField SkbPriority = Add("skb_priority", (ref OpenFlowKey k) => k.Packet.SkbPriority = ~0u, Hexadecimal,
        default);
    public static readonly OpenFlowField DpHash = Add("dp_hash", (ref OpenFlowKey k) => k.Packet.DpHash = ~0u, Hexadecimal, ReadOnly());
    public static readonly OpenFlowField RecircId = Add("recirc_id", (ref OpenFlowKey k) => k.Packet.RecircId = ~0u, FieldFormat.Decimal,
        ReadOnly());
    public static readonly OpenFlowField ConjunctionId = Add("conj_id", (ref OpenFlowKey k) => k.ConjunctionId = ~0u, FieldFormat.Decimal,
        ReadOnly());
    public static readonly OpenFlowField CtState = Add("ct_state", (ref OpenFlowKey k) => k.Packet.CtState = ~0u, ConnectionState,
        ReadOnly());
    public static readonly OpenFlowField CtZone = Add("ct_zone", (ref OpenFlowKey k) => k.Packet.CtZone = 0xffff, FieldFormat.Decimal,
        ReadOnly());
    public static readonly OpenFlowField CtMark = Add("ct_mark", (ref OpenFlowKey k) => k.Packet.CtMark = ~0u, Hexadecimal,
        Always("NXM_NX_CT_MARK"));
    public static readonly OpenFlowField CtLabel = Add("ct_label", (ref OpenFlowKey k) => k.Packet.CtLabel = UInt128.MaxValue, Hexadecimal,
        Always("NXM_NX_CT_LABEL"));
    public static readonly OpenFlowField EthSource = Add("eth_src", (ref OpenFlowKey k) => k.Packet.EthSource = new(~0ul), Mac,
        Always("NXM_OF_ETH_SRC", "OXM_OF_ETH_SRC"), ["dl_src"]);
    public static readonly OpenFlowField EthDestination = Add("eth_dst", (ref OpenFlowKey k) => k.Packet.EthDestination = new(~0ul), Mac,
        Always("NXM_OF_ETH_DST", "OXM_OF_ETH_DST"), ["dl_dst"]);
    public static readonly OpenFlowField EthType = Add("eth_type", (ref OpenFlowKey k) => k.Packet.EthType = 0xffff, Hexadecimal,
        ReadOnly("NXM_OF_ETH_TYPE"), ["dl_type"]);
    public static readonly OpenFlowField VlanTci = Add("vlan_tci", (ref OpenFlowKey k) => k.Packet.VlanTci = 0xffff, Hexadecimal,
        Always("NXM_OF_VLAN_TCI"));

    /// <summary>12 bits of id; a match adds "tagged".</summary>
    public static readonly OpenFlowField DlVlan = Part(VlanTci, "dl_vlan", 0, 12, FieldFormat.Decimal, MatchPrerequisite.None);

    /// <summary>The id and, as bit 12, whether there is a tag (OpenFlow 1.2 and later).</summary>
    public static readonly OpenFlowField VlanVid = Part(VlanTci, "vlan_vid", 0, 13, FieldFormat.Decimal, MatchPrerequisite.None,
        "OXM_OF_VLAN_VID");
    public static readonly OpenFlowField DlVlanPcp = Part(VlanTci, "dl_vlan_pcp", 13, 3, FieldFormat.Decimal, MatchPrerequisite.None);
    public static readonly OpenFlowField VlanPcp = Part(VlanTci, "vlan_pcp", 13, 3, FieldFormat.Decimal, Vlan, "OXM_OF_VLAN_PCP");
    public static readonly OpenFlowField Mpls = Add("mpls_lse", (ref OpenFlowKey k) => k.Packet.Mpls0 = ~0u, Hexadecimal,
        new Traits(MatchPrerequisite.Mpls, false));
    public static readonly OpenFlowField MplsLabel = Part(Mpls, "mpls_label", 12, 20, FieldFormat.Decimal, MatchPrerequisite.Mpls,
        "OXM_OF_MPLS_LABEL");
    public static readonly OpenFlowField MplsTc = Part(Mpls, "mpls_tc", 9, 3, FieldFormat.Decimal, MatchPrerequisite.Mpls,
        "OXM_OF_MPLS_TC");
    public static readonly OpenFlowField MplsBos = Part(Mpls, "mpls_bos", 8, 1, FieldFormat.Decimal, MatchPrerequisite.Mpls);
    public static readonly OpenFlowField MplsTtl = Part(Mpls, "mpls_ttl", 0, 8, FieldFormat.Decimal, MatchPrerequisite.Mpls);
    public static readonly OpenFlowField NwSource = Add("ip_src", (ref OpenFlowKey k) => k.Packet.NwSource = new(~0u), FieldFormat.Ipv4,
        new Traits(MatchPrerequisite.Ipv4, true, "NXM_OF_IP_SRC", "OXM_OF_IPV4_SRC"), ["nw_src", "ipv4_src"]);
    public static readonly OpenFlowField NwDestination = Add("ip_dst", (ref OpenFlowKey k) => k.Packet.NwDestination = new(~0u),
        FieldFormat.Ipv4,
        new Traits(MatchPrerequisite.Ipv4, true, "NXM_OF_IP_DST", "OXM_OF_IPV4_DST"), ["nw_dst", "ipv4_dst"]);
    public static readonly OpenFlowField Ipv6Source = Add("ipv6_src", (ref OpenFlowKey k) => k.Packet.Ipv6Source = AllOnes6,
        FieldFormat.Ipv6,
        new Traits(MatchPrerequisite.Ipv6, true, "NXM_NX_IPV6_SRC", "OXM_OF_IPV6_SRC"));
    public static readonly OpenFlowField Ipv6Destination = Add("ipv6_dst", (ref OpenFlowKey k) => k.Packet.Ipv6Destination = AllOnes6,
        FieldFormat.Ipv6, new Traits(MatchPrerequisite.Ipv6, true, "NXM_NX_IPV6_DST", "OXM_OF_IPV6_DST"));
    public static readonly OpenFlowField Ipv6Label = Add("ipv6_label", (ref OpenFlowKey k) => k.Packet.Ipv6Label = ~0u, Hexadecimal,
        new Traits(MatchPrerequisite.Ipv6, true, "NXM_NX_IPV6_LABEL"));
    public static readonly OpenFlowField NwProto = Add("nw_proto", (ref OpenFlowKey k) => k.Packet.NwProto = 255, FieldFormat.Decimal,
        new Traits(AnyIp, false, "NXM_OF_IP_PROTO"), ["ip_proto"]);
    public static readonly OpenFlowField Tos = Add("nw_tos_ecn", (ref OpenFlowKey k) => k.Packet.NwTos = 255, FieldFormat.Decimal,
        new Traits(AnyIp, true));
    public static readonly OpenFlowField NwTos = Part(Tos, "nw_tos", 0, 8, FieldFormat.Decimal, AnyIp, "NXM_OF_IP_TOS");
    public static readonly OpenFlowField Dscp = Part(Tos, "ip_dscp", 2, 6, FieldFormat.Decimal, AnyIp, "OXM_OF_IP_DSCP", "nw_dscp");
    public static readonly OpenFlowField Ecn = Part(Tos, "nw_ecn", 0, 2, FieldFormat.Decimal, AnyIp, "NXM_NX_IP_ECN", "ip_ecn");
    public static readonly OpenFlowField NwTtl = Add("nw_ttl", (ref OpenFlowKey k) => k.Packet.NwTtl = 255, FieldFormat.Decimal,
        new Traits(AnyIp, true, "NXM_NX_IP_TTL"), ["ip_ttl"]);
    public static readonly OpenFlowField Fragment = Add("ip_frag", (ref OpenFlowKey k) => k.Packet.NwFragment = (FragmentBits)255,
        FieldFormat.Fragment, new Traits(AnyIp, false), ["nw_frag"], width: 2);
    public static readonly OpenFlowField ArpOp = Alias(NwProto, "arp_op", 8, FieldFormat.Decimal, Arp, "NXM_OF_ARP_OP",
        isWritable: true);
    public static readonly OpenFlowField ArpSpa = Alias(NwSource, "arp_spa", 32, FieldFormat.Ipv4, Arp, "NXM_OF_ARP_SPA");
    public static readonly OpenFlowField ArpTpa = Alias(NwDestination, "arp_tpa", 32, FieldFormat.Ipv4, Arp, "NXM_OF_ARP_TPA");
    public static readonly OpenFlowField ArpSha = Add("arp_sha", (ref OpenFlowKey k) => k.Packet.ArpSourceHardware = new(~0ul), Mac,
        new Traits(Arp, true, "NXM_NX_ARP_SHA"));
    public static readonly OpenFlowField ArpTha = Add("arp_tha", (ref OpenFlowKey k) => k.Packet.ArpTargetHardware = new(~0ul), Mac,
        new Traits(Arp, true, "NXM_NX_ARP_THA"));
    public static readonly OpenFlowField TpSource = Add("tp_src", (ref OpenFlowKey k) => k.Packet.TpSource = 0xffff, FieldFormat.Decimal,
        new Traits(MatchPrerequisite.None, true));
    public static readonly OpenFlowField TpDestination = Add("tp_dst", (ref OpenFlowKey k) => k.Packet.TpDestination = 0xffff,
        FieldFormat.Decimal,
        new Traits(MatchPrerequisite.None, true));
    public static readonly OpenFlowField TcpSource = Alias(TpSource, "tcp_src", 16, FieldFormat.Decimal, Tcp, "NXM_OF_TCP_SRC");
    public static readonly OpenFlowField TcpDestination = Alias(TpDestination, "tcp_dst", 16, FieldFormat.Decimal, Tcp, "NXM_OF_TCP_DST");
    public static readonly OpenFlowField UdpSource = Alias(TpSource, "udp_src", 16, FieldFormat.Decimal, Udp, "NXM_OF_UDP_SRC");
    public static readonly OpenFlowField UdpDestination = Alias(TpDestination, "udp_dst", 16, FieldFormat.Decimal, Udp, "NXM_OF_UDP_DST");
    public static readonly OpenFlowField SctpSource = Alias(TpSource, "sctp_src", 16, FieldFormat.Decimal, Sctp, "OXM_OF_SCTP_SRC");
    public static readonly OpenFlowField SctpDestination = Alias(TpDestination, "sctp_dst", 16, FieldFormat.Decimal, Sctp,
        "OXM_OF_SCTP_DST");
    public static readonly OpenFlowField IcmpType = Alias(TpSource, "icmp_type", 8, FieldFormat.Decimal, Icmpv4, "NXM_OF_ICMP_TYPE",
        "icmpv4_type");
    public static readonly OpenFlowField IcmpCode = Alias(TpDestination, "icmp_code", 8, FieldFormat.Decimal, Icmpv4, "NXM_OF_ICMP_CODE",
        "icmpv4_code");
    public static readonly OpenFlowField Icmpv6Type = Alias(TpSource, "icmpv6_type", 8, FieldFormat.Decimal, Icmpv6, "NXM_NX_ICMPV6_TYPE");
    public static readonly OpenFlowField Icmpv6Code = Alias(TpDestination, "icmpv6_code", 8, FieldFormat.Decimal, Icmpv6,
        "NXM_NX_ICMPV6_CODE");
    public static readonly OpenFlowField TcpFlagBits = Add("tcp_flags", (ref OpenFlowKey k) => k.Packet.TcpFlags = 0xffff,
        FieldFormat.TcpFlags,
        new Traits(Tcp, false), width: 12);
    public static readonly OpenFlowField NdTarget = Add("nd_target", (ref OpenFlowKey k) => k.Packet.NdTarget = AllOnes6, FieldFormat.Ipv6,
        new Traits(NeighbourAny, true, "NXM_NX_ND_TARGET"));
    public static readonly OpenFlowField NdSourceLink = Alias(ArpSha, "nd_sll", 48, Mac, NeighbourSolicit, "NXM_NX_ND_SLL");
    public static readonly OpenFlowField NdTargetLink = Alias(ArpTha, "nd_tll", 48, Mac, NeighbourAdvert, "NXM_NX_ND_TLL");
    public static readonly OpenFlowField[] Registers = AddRegisters("reg", "NXM_NX_REG", RegisterFile.Count, 4);
    public static readonly OpenFlowField[] DoubleRegisters = AddRegisters("xreg", "OXM_OF_PKT_REG", RegisterFile.Count / 2, 8);
    public static readonly OpenFlowField[] QuadRegisters = AddRegisters("xxreg", "NXM_NX_XXREG", RegisterFile.Count / 4, 16);


    /// <summary>
    /// Tunnel options by the number of their field. These have no place in the key and up to 992 bits; a <see
    /// cref="TunnelOptionMap"/> gives each its place and size.
    /// </summary>
    public static readonly OpenFlowField[] TunnelMetadata = AddTunnelMetadata();

    private static readonly FrozenDictionary<string, OpenFlowField> ByName = Index();

    private static Ipv6Address AllOnes6 => new(ulong.MaxValue, ulong.MaxValue);

    public static IReadOnlyList<OpenFlowField> All => Fields;

    /// <summary>Finds a field by its name, an alias, or its NXM or OXM name, in any case of letters.</summary>
    public static bool TryFind(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out OpenFlowField? field) =>
        ByName.TryGetValue(name, out field);

    private readonly record struct Traits(MatchPrerequisite Prerequisite, bool Writable, params string[] ExtendedNames);

    private static Traits Always(params string[] names) => new(MatchPrerequisite.None, true, names);

    private static Traits ReadOnly(params string[] names) => new(MatchPrerequisite.None, false, names);

    private static OpenFlowField Add(string name, Probe probe, FieldFormat format, Traits traits, string[]? aliases = null,
        int? width = null)
    {
        var key = default(OpenFlowKey);
        probe(ref key);
        var bytes = OpenFlowKey.AllBytes(ref key);
        var offset = bytes.IndexOfAnyExcept((byte)0);
        var size = bytes.LastIndexOfAnyExcept((byte)0) - offset + 1;
        var field = new OpenFlowField(name, offset, size, format)
        {
            Width = width ?? size * 8,
            Prerequisite = traits.Prerequisite,
            IsWritable = traits == default || traits.Writable,
            ExtendedNames = traits.ExtendedNames ?? [],
            Aliases = aliases ?? [],
        };
        Fields.Add(field);
        return field;
    }

    private static OpenFlowField Part(
        OpenFlowField whole, string name, int shift, int width, FieldFormat format, MatchPrerequisite prerequisite,
        string? extendedName = null, string? alias = null, bool? isWritable = null)
    {
        var field = new OpenFlowField(name, whole.Offset, whole.Size, format)
        {
            Shift = shift,
            Width = width,
            Prerequisite = prerequisite,
            IsWritable = isWritable ?? whole.IsWritable,
            ExtendedNames = extendedName is null ? [] : [extendedName],
            Aliases = alias is null ? [] : [alias],
        };
        Fields.Add(field);
        return field;
    }

    private static OpenFlowField Alias(
        OpenFlowField whole, string name, int width, FieldFormat format, MatchPrerequisite prerequisite, string extendedName,
            string? alias = null,
        bool? isWritable = null) => Part(whole, name, 0, width, format, prerequisite, extendedName, alias, isWritable);

    private static OpenFlowField[] AddRegisters(string prefix, string extendedPrefix, int count, int size)
    {
        var fields = new OpenFlowField[count];
        for (var i = 0; i < count; i++)
        {
            fields[i] = new OpenFlowField($"{prefix}{i}", FlowKey.Size + i * size, size,
                Hexadecimal) { ExtendedNames = [$"{extendedPrefix}{i}"] };
            Fields.Add(fields[i]);
        }

        return fields;
    }

    private static OpenFlowField[] AddTunnelMetadata()
    {
        var fields = new OpenFlowField[TunnelOptionMap.FieldCount];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = new OpenFlowField($"tun_metadata{i}", OpenFlowKey.TunnelAreaOffset, 0, Hexadecimal)
            {
                ExtendedNames = [$"NXM_NX_TUN_METADATA{i}"], TunnelIndex = i, Width = TunnelOptionMap.MaxOptionSize * 8,
            };
            Fields.Add(fields[i]);
        }

        return fields;
    }

    private static FrozenDictionary<string, OpenFlowField> Index()
    {
        var index = new Dictionary<string, OpenFlowField>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in Fields)
        {
            index[field.Name] = field;
            foreach (var name in field.Aliases) index[name] = field;
            foreach (var name in field.ExtendedNames) index[name] = field;
        }

        return index.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
