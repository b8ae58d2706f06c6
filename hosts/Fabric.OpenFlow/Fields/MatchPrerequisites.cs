using Fabric.Flow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow;

/// <summary>
/// Which fields a packet of a kind has. A rule that asks for a field without asking for the kind of packet that has it loses that part of
/// its match, as in OVS (<c>ofputil_normalize_match</c>).
/// </summary>
public static class MatchPrerequisites
{
    /// <summary>New, established or reply: what a packet of a known connection has (OVS: <c>is_ct_valid</c>).</summary>
    private const uint ValidConnection = 0x01 | 0x02 | 0x08;

    private static readonly OpenFlowField[] Ports = [F.TpSource, F.TpDestination];

    /// <summary>Does a packet with these header fields have what <paramref name="prerequisite"/> names?</summary>
    public static bool AreMet(MatchPrerequisite prerequisite, ref FlowKey key)
    {
        var isIp = key.EthType is 0x0800 or 0x86dd;
        var hasL4 = isIp && (key.NwFragment & FragmentBits.Later) == 0;
        return prerequisite switch
        {
            MatchPrerequisite.None => true,
            MatchPrerequisite.Ethernet => key.PacketType == 0,
            MatchPrerequisite.Connection => (key.CtState & ValidConnection) != 0,
            MatchPrerequisite.Vlan => (key.VlanTci & FlowKey.VlanPresent) != 0,
            MatchPrerequisite.Ipv4 => key.EthType == 0x0800,
            MatchPrerequisite.Ipv6 => key.EthType == 0x86dd,
            MatchPrerequisite.AnyIp => isIp,
            MatchPrerequisite.Arp => key.EthType is 0x0806 or 0x8035,
            MatchPrerequisite.Mpls => key.EthType is 0x8847 or 0x8848,
            MatchPrerequisite.Tcp => hasL4 && key.NwProto == 6,
            MatchPrerequisite.Udp => hasL4 && key.NwProto == 17,
            MatchPrerequisite.Sctp => hasL4 && key.NwProto == 132,
            MatchPrerequisite.Icmpv4 => hasL4 && key.EthType == 0x0800 && key.NwProto == 1,
            MatchPrerequisite.Icmpv6 => hasL4 && key.EthType == 0x86dd && key.NwProto == 58,
            _ => hasL4 && key.EthType == 0x86dd && key.NwProto == 58 && key.TpDestination == 0
                && (key.TpSource == 135 ? prerequisite != MatchPrerequisite.NeighbourAdvert
                    : key.TpSource == 136 && prerequisite != MatchPrerequisite.NeighbourSolicit),
        };
    }

    /// <summary>
    /// Same question for a field that an action names: the fields for port numbers carry their own protocol, and ARP shares the IPv4
    /// address and protocol bytes.
    /// </summary>
    public static bool AreMet(OpenFlowField field, ref FlowKey key) => AreMet(field.Prerequisite, ref key);

    internal static void Normalize(Match match)
    {
        var before = match.Mask;
        // What the match promises about its packets: fields it does not fix are zero in the value, so prerequisites fail for them.
        ref var key = ref match.Value.Packet;
        var isArp = key.EthType is 0x0806 or 0x8035;
        var isIp = key.EthType is 0x0800 or 0x86dd;
        var hasPorts = isIp && key.NwProto is 6 or 17 or 132;
        var isIcmp = (key.EthType == 0x0800 && key.NwProto == 1) || (key.EthType == 0x86dd && key.NwProto == 58);
        var isNeighbour = key.EthType == 0x86dd && key.NwProto == 58 && key.TpSource is 135 or 136;
        if (!hasPorts && !isIcmp) Clear(match, Ports);
        if (!(isIp && key.NwProto == 6)) Clear(match, F.TcpFlagBits);
        if (!isNeighbour) Clear(match, F.NdTarget);
        if (!isArp && !(isNeighbour && key.TpSource == 135)) Clear(match, F.ArpSha);
        if (!isArp && !(isNeighbour && key.TpSource == 136)) Clear(match, F.ArpTha);
        if (!isIp) Clear(match, F.Tos, F.NwTtl, F.Fragment);
        if (!isIp && !isArp) Clear(match, F.NwProto);
        if (key.EthType != 0x0800 && !isArp) Clear(match, F.NwSource, F.NwDestination);
        if (key.EthType != 0x86dd) Clear(match, F.Ipv6Source, F.Ipv6Destination, F.Ipv6Label);
        if (key.EthType is not (0x8847 or 0x8848)) Clear(match, F.Mpls);
        // Who asked for a field of a packet asked for an Ethernet packet, and that is what is left (OVS: match_set_default_packet_type).
        if (!before.Equals(match.Mask) && !AsksForPackets(match)) match.Mask.Packet.PacketType = uint.MaxValue;
    }

    private static bool AsksForPackets(Match match)
    {
        foreach (var field in F.All)
            if (field.Prerequisite != MatchPrerequisite.None && field.Size <= 16 && field.Get(ref match.Mask) != 0) return true;
        return false;
    }

    private static void Clear(Match match, params ReadOnlySpan<OpenFlowField> fields)
    {
        foreach (var field in fields)
        {
            field.Set(ref match.Value, 0);
            field.Set(ref match.Mask, 0);
        }
    }
}
