using static Fabric.Flow.Text.TextKind;
using F = Fabric.Flow.FlowFields;

namespace Fabric.Flow.Text;

/// <summary>
/// A group of fields in one pair of parentheses, one <c>OVS_KEY_ATTR_*</c> of the datapath interface. Printer and parser share these
/// tables,
/// so they cannot disagree.
/// </summary>
internal sealed class TextGroup(string name, params TextField[] fields)
{
    public static readonly TextGroup Ethernet = new("eth", new("src", F.EthSource, Mac), new("dst", F.EthDestination, Mac));

    public static readonly TextGroup Ipv4 = new("ipv4",
        new("src", F.NwSource, TextKind.Ipv4), new("dst", F.NwDestination, TextKind.Ipv4), new("proto", F.NwProto, TextKind.Decimal),
        new("tos", F.NwTos, Hex), new("ttl", F.NwTtl, TextKind.Decimal), new("frag", F.NwFragment, Fragment));

    public static readonly TextGroup Ipv6 = new("ipv6",
        new("src", F.Ipv6Source, TextKind.Ipv6), new("dst", F.Ipv6Destination, TextKind.Ipv6), new("label", F.Ipv6Label, Hex),
        new("proto", F.NwProto, TextKind.Decimal), new("tclass", F.NwTos, Hex), new("hlimit", F.NwTtl, TextKind.Decimal),
        new("frag", F.NwFragment, Fragment));

    public static readonly TextGroup Tcp =
        new("tcp", new("src", F.TcpSource, TextKind.Decimal), new("dst", F.TcpDestination, TextKind.Decimal));
    public static readonly TextGroup Udp =
        new("udp", new("src", F.UdpSource, TextKind.Decimal), new("dst", F.UdpDestination, TextKind.Decimal));
    public static readonly TextGroup Sctp =
        new("sctp", new("src", F.SctpSource, TextKind.Decimal), new("dst", F.SctpDestination, TextKind.Decimal));
    public static readonly TextGroup Icmp =
        new("icmp", new("type", F.IcmpType, TextKind.Decimal), new("code", F.IcmpCode, TextKind.Decimal));
    public static readonly TextGroup Icmpv6 =
        new("icmpv6", new("type", F.Icmpv6Type, TextKind.Decimal), new("code", F.Icmpv6Code, TextKind.Decimal));

    public static readonly TextGroup Arp = new("arp",
        new("sip", F.ArpSource, TextKind.Ipv4), new("tip", F.ArpTarget, TextKind.Ipv4), new("op", F.ArpOperation, ArpOperation),
        new("sha", F.ArpSourceHardware, Mac), new("tha", F.ArpTargetHardware, Mac));

    /// <summary>For printing flows of the kernel only.</summary>
    public static readonly TextGroup KernelArp = new("arp",
        new("sip", F.ArpSource, TextKind.Ipv4), new("tip", F.ArpTarget, TextKind.Ipv4), new("op", F.ArpOperation, KernelArpOperation),
        new("sha", F.ArpSourceHardware, Mac), new("tha", F.ArpTargetHardware, Mac));

    public static readonly TextGroup Neighbour = new("nd",
        new("target", F.NdTarget, TextKind.Ipv6), new("sll", F.NdSourceLink, Mac), new("tll", F.NdTargetLink, Mac));

    public static readonly TextGroup NeighbourExtensions = new("nd_ext",
        new("nd_reserved", F.NdReserved, AlwaysExact), new("nd_options_type", F.NdOptionsType, TextKind.Decimal));

    public static readonly TextGroup CtTuple4 = new("ct_tuple4",
        new("src", F.CtNwSource, TextKind.Ipv4), new("dst", F.CtNwDestination, TextKind.Ipv4), new("proto", F.CtNwProto, TextKind.Decimal),
        new("tp_src", F.CtTpSource, TextKind.Decimal), new("tp_dst", F.CtTpDestination, TextKind.Decimal));

    // OVS 3.1 prints src_port and reads tp_src; both are read here.
    public static readonly TextGroup CtTuple6 = new("ct_tuple6",
        new("src", F.CtIpv6Source, TextKind.Ipv6), new("dst", F.CtIpv6Destination, TextKind.Ipv6),
            new("proto", F.CtNwProto, TextKind.Decimal),
        new("src_port", F.CtTpSource, TextKind.Decimal, "tp_src"), new("dst_port", F.CtTpDestination, TextKind.Decimal, "tp_dst"));

    public static readonly TextGroup PacketType = new("packet_type",
        new("ns", new FlowField("packet_type_ns", 60, 4, 16, 16), TextKind.Decimal),
            new("id", new FlowField("packet_type_id", 60, 4, 0, 16), Hex));

    /// <summary>The plain fields of <c>tunnel(…)</c>; options and flags follow them.</summary>
    public static readonly TextGroup Tunnel = new("tunnel",
        new("tun_id", F.TunnelId, LongHex), new("src", F.TunnelSource, TextKind.Ipv4), new("dst", F.TunnelDestination, TextKind.Ipv4),
        new("ipv6_src", F.TunnelSourceV6, TextKind.Ipv6), new("ipv6_dst", F.TunnelDestinationV6, TextKind.Ipv6),
            new("tos", F.TunnelTos, Hex),
        new("ttl", F.TunnelTtl, TextKind.Decimal), new("tp_src", F.TunnelTpSource, TextKind.Decimal),
        new("tp_dst", F.TunnelTpDestination, TextKind.Decimal));

    public static readonly TextGroup Gbp = new("gbp", new("id", F.TunnelGbpId, TextKind.Decimal), new("flags", F.TunnelGbpFlags, Hex));
    public static readonly TextGroup Gtpu =
        new("gtpu", new("flags", F.GtpuFlags, Hex), new("msgtype", F.GtpuMessageType, TextKind.Decimal));
    public static readonly TextGroup ErspanV1 =
        new("erspan", new("ver", F.ErspanVersion, TextKind.Decimal), new("idx", F.ErspanIndex, Hex));

    public static readonly TextGroup ErspanV2 = new("erspan",
        new("ver", F.ErspanVersion, TextKind.Decimal), new("dir", F.ErspanDirection, TextKind.Decimal),
            new("hwid", F.ErspanHardwareId, Hex));

    /// <summary>For reading only: the fields of both versions.</summary>
    public static readonly TextGroup Erspan = new("erspan",
        new("ver", F.ErspanVersion, TextKind.Decimal), new("idx", F.ErspanIndex, Hex), new("dir", F.ErspanDirection, TextKind.Decimal),
        new("hwid", F.ErspanHardwareId, Hex));

    /// <summary>The groups that hold nothing but their fields.</summary>
    public static readonly TextGroup[] Plain =
        [Ethernet, Ipv4, Ipv6, Tcp, Udp, Sctp, Icmp, Icmpv6, Arp, Neighbour, NeighbourExtensions, CtTuple4, CtTuple6, PacketType];

    public string Name { get; } = name;

    public TextField[] Fields { get; } = fields;

    /// <summary>Is any field of the group matched?</summary>
    public bool IsMatched(ref FlowMask mask)
    {
        foreach (var field in Fields)
            if (!field.Field.IsWildcarded(ref mask)) return true;
        return false;
    }
}
