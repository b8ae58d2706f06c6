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
        F.TunnelId, F.TunnelSource, F.TunnelDestination, F.TunnelSourceV6, F.TunnelDestinationV6, F.TunnelGbpId, F.TunnelGbpFlags,
            F.TunnelTos,
        F.TunnelTtl,
    ];

    public static string Format(Match match, IOpenFlowPorts? ports = null, ushort priority = FlowMod.DefaultPriority)
    {
        var writer = new Writer(match, ports ?? NoOpenFlowPorts.Instance);
        if (priority != FlowMod.DefaultPriority) writer.Raw(string.Create(CultureInfo.InvariantCulture, $"priority={priority}"));
        writer.Put("pkt_mark", F.PacketMark);
        writer.Put("recirc_id", F.RecircId, hex: true);
        writer.Put("dp_hash", F.DpHash);
        writer.Put("conj_id", F.ConjunctionId);
        writer.Put("skb_priority", F.SkbPriority);
        foreach (var field in (ReadOnlySpan<OpenFlowField>)[F.CtState, F.CtZone, F.CtMark, F.CtLabel]) writer.Put(field.Name, field);
        if (match.Mask.Packet.PacketType == uint.MaxValue && match.Value.Packet.PacketType == 0) writer.Raw("eth");
        var (word, skipType, skipProto) = Shorthand(match);
        if (word is not null) writer.Raw(word);
        foreach (var field in F.Registers) writer.Put(field.Name, field);
        foreach (var field in TunnelFields) writer.Put(field.Name, field);
        writer.Put("tun_flags", F.TunnelFlagWord);
        writer.Put("metadata", F.Metadata);
        writer.Put("in_port", F.InPort);
        writer.PutVlan();
        writer.Put("dl_src", F.EthSource);
        writer.Put("dl_dst", F.EthDestination);
        if (!skipType && writer.Mask(F.EthType) != 0)
            writer.Raw(string.Create(CultureInfo.InvariantCulture, $"dl_type=0x{match.Value.Packet.EthType:x4}"));
        PutNetwork(writer, match, skipProto);
        PutTransport(writer, match);
        return writer.ToString();
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
            (0x0800, 2) => ("igmp", true, true),
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

    private static void PutNetwork(Writer writer, Match match, bool skipProto)
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

        if (!skipProto) writer.Put(isArp ? "arp_op" : "nw_proto", F.NwProto);
        if (isArp)
        {
            writer.Put("arp_sha", F.ArpSha);
            writer.Put("arp_tha", F.ArpTha);
        }

        if (writer.Mask(F.Dscp) != 0) writer.Raw(string.Create(CultureInfo.InvariantCulture, $"nw_tos={match.Value.Packet.NwTos & 0xfc}"));
        writer.Put("nw_ecn", F.Ecn);
        writer.Put("nw_ttl", F.NwTtl);
        foreach (var field in (ReadOnlySpan<OpenFlowField>)[F.MplsLabel, F.MplsTc, F.MplsTtl, F.MplsBos]) writer.Put(field.Name, field);
        if (writer.Mask(F.Fragment) != 0) writer.Put("nw_frag", F.Fragment);
    }

    private static void PutTransport(Writer writer, Match match)
    {
        var type = match.Value.Packet.EthType;
        var proto = match.Value.Packet.NwProto;
        if ((type == 0x0800 && proto == 1) || (type == 0x86dd && proto == 58))
        {
            writer.Put("icmp_type", F.TpSource);
            writer.Put("icmp_code", F.TpDestination);
            if (type != 0x86dd) return;
            writer.Put("nd_target", F.NdTarget);
            writer.Put("nd_sll", F.NdSourceLink);
            writer.Put("nd_tll", F.NdTargetLink);
            return;
        }

        writer.Put("tp_src", F.TpSource);
        writer.Put("tp_dst", F.TpDestination);
        if (proto == 6) writer.Put("tcp_flags", F.TcpFlagBits);
    }

    private sealed class Writer(Match match, IOpenFlowPorts ports)
    {
        private readonly StringBuilder _text = new();

        public UInt128 Mask(OpenFlowField field) => field.Get(ref match.Mask);

        public void Raw(string part)
        {
            if (_text.Length > 0) _text.Append(',');
            _text.Append(part);
        }

        public void Put(string name, OpenFlowField field, bool hex = false)
        {
            var mask = Mask(field);
            if (mask == 0) return;
            var value = field.Get(ref match.Value);
            // ICMP type and code are 8 bits in the 16 of the port fields.
            if (name is "icmp_type" or "icmp_code" && (mask & 0xff) == 0xff) mask = field.AllOnes;
            Raw($"{name}={(hex ? FieldText.Hex(value) : FieldText.Format(field, value, mask, ports))}");
        }

        public void PutLabel()
        {
            var mask = match.Mask.Packet.Ipv6Label;
            if (mask == 0) return;
            var text = string.Create(CultureInfo.InvariantCulture, $"ipv6_label=0x{match.Value.Packet.Ipv6Label:x5}");
            Raw(mask is 0xfffff or uint.MaxValue ? text : string.Create(CultureInfo.InvariantCulture, $"{text}/0x{mask:x5}"));
        }

        public void PutVlan()
        {
            var mask = match.Mask.Packet.VlanTci;
            var tci = match.Value.Packet.VlanTci;
            if (mask == 0) return;
            var (vid, pcp) = (mask & 0x0fff, mask & 0xe000);
            if ((mask & 0x1000) != 0 && (tci & 0x1000) != 0 && vid is 0 or 0xfff && pcp is 0 or 0xe000 && (vid | pcp) != 0)
            {
                if (vid != 0) Raw(string.Create(CultureInfo.InvariantCulture, $"dl_vlan={tci & 0xfff}"));
                if (pcp != 0) Raw(string.Create(CultureInfo.InvariantCulture, $"dl_vlan_pcp={tci >> 13}"));
                return;
            }

            Raw(mask == 0xffff
                ? string.Create(CultureInfo.InvariantCulture, $"vlan_tci=0x{tci:x4}")
                : string.Create(CultureInfo.InvariantCulture, $"vlan_tci=0x{tci:x4}/0x{mask:x4}"));
        }

        public override string ToString() => _text.ToString();
    }
}
