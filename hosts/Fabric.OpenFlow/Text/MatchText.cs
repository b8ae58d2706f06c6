using System.Globalization;
using System.Text;
using Fabric.Flow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow;

/// <summary>Prints a match in the order and the words of <c>ovs-ofctl</c> (OVS: <c>match_format</c>).</summary>
public static class MatchText
{
    private static readonly OpenFlowField[] TunnelFields =
    [
        F.TunnelId, F.TunnelSource, F.TunnelDestination, F.TunnelSourceV6, F.TunnelDestinationV6, F.TunnelGbpId,
    ];

    /// <param name="options">Where tunnel options stand in the key; without it they are not printed.</param>
    public static string Format(
        Match match, IOpenFlowPorts? ports = null, ushort priority = FlowMod.DefaultPriority, TunnelOptionMap? options = null)
    {
        var writer = new MatchWriter(match, ports ?? NoOpenFlowPorts.Instance);
        if (priority != FlowMod.DefaultPriority) writer.Raw(string.Create(CultureInfo.InvariantCulture, $"priority={priority}"));
        PutMetadata(writer, match);
        var hasType = writer.PutPacketType();
        var (word, skipType, skipProto) = Shorthand(match);
        if (word is not null) writer.Raw(word);
        foreach (var field in F.Registers) writer.Put(field.Name, field);
        PutTunnel(writer, match, options);
        writer.Put("metadata", F.Metadata);
        writer.Put("in_port", F.InPort);
        writer.PutVlan("", match.Value.Packet.VlanTci, match.Mask.Packet.VlanTci);
        if (match.Mask.Packet.VlanTci != 0) writer.PutVlan("1", match.Value.Packet.InnerVlanTci, match.Mask.Packet.InnerVlanTci);
        writer.Put("dl_src", F.EthSource);
        writer.Put("dl_dst", F.EthDestination);
        if (!skipType && !hasType && writer.Mask(F.EthType) != 0)
            writer.Raw(string.Create(CultureInfo.InvariantCulture, $"dl_type=0x{match.Value.Packet.EthType:x4}"));
        PutNetwork(writer, match, skipProto);
        PutTransport(writer, match);
        return writer.ToString();
    }

    private static void PutMetadata(MatchWriter writer, Match match)
    {
        writer.Put("pkt_mark", F.PacketMark);
        writer.Put("recirc_id", F.RecircId, hex: true);
        writer.Put("dp_hash", F.DpHash);
        writer.PutExact("conj_id", F.ConjunctionId);
        writer.PutExact("skb_priority", F.SkbPriority);
        writer.Put("actset_output", F.ActionSetOutput);
        writer.PutConnectionState();
        foreach (var field in (ReadOnlySpan<OpenFlowField>)[F.CtZone, F.CtMark, F.CtLabel]) writer.Put(field.Name, field);
        // The two families share their bytes in the key.
        var isIpv6 = match.Value.Packet.EthType == 0x86dd;
        foreach (var field in (ReadOnlySpan<OpenFlowField>)(isIpv6 ? [F.CtIpv6Source, F.CtIpv6Destination]
            : [F.CtNwSource, F.CtNwDestination])) writer.Put(field.Name, field);
        if (writer.Mask(F.CtNwProto) == 0) return;
        writer.PutExact("ct_nw_proto", F.CtNwProto);
        writer.PutPort("ct_tp_src", F.CtTpSource);
        writer.PutPort("ct_tp_dst", F.CtTpDestination);
    }

    private static void PutTunnel(MatchWriter writer, Match match, TunnelOptionMap? options)
    {
        foreach (var field in TunnelFields) writer.Put(field.Name, field);
        writer.PutExact("tun_gbp_flags", F.TunnelGbpFlags);
        if (writer.Mask(F.TunnelTos) != 0)
            writer.Raw(string.Create(CultureInfo.InvariantCulture, $"tun_tos={match.Value.Packet.TunnelTos:x}"));
        writer.PutExact("tun_ttl", F.TunnelTtl);
        var version = F.ErspanVersion.Get(ref match.Value);
        writer.PutExact("tun_erspan_ver", F.ErspanVersion);
        if (version == 1) writer.PutExact("tun_erspan_idx", F.ErspanIndex);
        if (version == 2)
        {
            writer.PutExact("tun_erspan_dir", F.ErspanDirection);
            writer.PutExact("tun_erspan_hwid", F.ErspanHardwareId);
        }

        writer.PutExact("gtpu_flags", F.GtpuFlags);
        writer.PutExact("gtpu_msgtype", F.GtpuMessageType);
        writer.PutTunnelFlags();
        for (var present = match.Mask.TunnelPresent; options is not null && present != 0; present &= present - 1)
        {
            var index = System.Numerics.BitOperations.TrailingZeroCount(present);
            if (options.FieldAt(index) is { } field) writer.PutOption(index, field);
        }
    }

    private static (string? Word, bool SkipType, bool SkipProto) Shorthand(Match match)
    {
        if (match.Mask.Packet.EthType != 0xffff) return (null, false, false);
        var proto = match.Mask.Packet.NwProto == 0xff ? match.Value.Packet.NwProto : 0;
        return (match.Value.Packet.EthType, proto) switch
        {
            (0x0800, 1) => ("icmp", true, true),
            (0x0800, 6) => ("tcp", true, true),
            (0x0800, 17) => ("udp", true, true),
            (0x0800, 132) => ("sctp", true, true),
            (0x0800, _) => ("ip", true, false),
            (0x86dd, 58) => ("icmp6", true, true),
            (0x86dd, 6) => ("tcp6", true, true),
            (0x86dd, 17) => ("udp6", true, true),
            (0x86dd, 132) => ("sctp6", true, true),
            (0x86dd, _) => ("ipv6", true, false),
            (0x0806, _) => ("arp", true, false),
            (0x8035, _) => ("rarp", true, false),
            (0x8847, _) => ("mpls", true, false),
            (0x8848, _) => ("mplsm", true, false),
            _ => (null, false, false),
        };
    }

    private static void PutNetwork(MatchWriter writer, Match match, bool skipProto)
    {
        var isArp = match.Value.Packet.EthType is 0x0806 or 0x8035;
        if (match.Value.Packet.EthType == 0x86dd)
        {
            writer.Put("ipv6_src", F.Ipv6Source);
            writer.Put("ipv6_dst", F.Ipv6Destination);
            writer.PutLabel();
        }
        else
        {
            writer.Put(isArp ? "arp_spa" : "nw_src", F.NwSource);
            writer.Put(isArp ? "arp_tpa" : "nw_dst", F.NwDestination);
        }

        if (!skipProto) writer.PutExact(isArp ? "arp_op" : "nw_proto", F.NwProto);
        if (isArp)
        {
            writer.Put("arp_sha", F.ArpSha);
            writer.Put("arp_tha", F.ArpTha);
        }

        if (writer.Mask(F.Dscp) != 0) writer.Raw(string.Create(CultureInfo.InvariantCulture, $"nw_tos={match.Value.Packet.NwTos & 0xfc}"));
        writer.PutExact("nw_ecn", F.Ecn);
        writer.PutExact("nw_ttl", F.NwTtl);
        foreach (var field in (ReadOnlySpan<OpenFlowField>)[F.MplsLabel, F.MplsTc, F.MplsTtl, F.MplsBos])
            writer.PutExact(field.Name, field);
        writer.PutInnerLabel("mpls_lse1", match.Value.Packet.Mpls1, match.Mask.Packet.Mpls1);
        writer.PutInnerLabel("mpls_lse2", match.Value.Packet.Mpls2, match.Mask.Packet.Mpls2);
        if (writer.Mask(F.Fragment) != 0) writer.Put("nw_frag", F.Fragment);
    }

    private static void PutTransport(MatchWriter writer, Match match)
    {
        var type = match.Value.Packet.EthType;
        var proto = match.Value.Packet.NwProto;
        if ((type == 0x0800 && proto == 1) || (type == 0x86dd && proto == 58))
        {
            writer.PutPort("icmp_type", F.TpSource);
            writer.PutPort("icmp_code", F.TpDestination);
            if (type != 0x86dd) return;
            writer.Put("nd_target", F.NdTarget);
            writer.Put("nd_sll", F.NdSourceLink);
            writer.Put("nd_tll", F.NdTargetLink);
            writer.Put("nd_reserved", F.NdReserved);
            writer.PutPort("nd_options_type", F.NdOptionsType);
            return;
        }

        writer.PutPort("tp_src", F.TpSource);
        writer.PutPort("tp_dst", F.TpDestination);
        if (type is 0x0800 or 0x86dd && proto == 6) writer.Put("tcp_flags", F.TcpFlagBits);
    }
}
