using Fabric.Wire;

namespace Fabric.Flow;

/// <summary>Masks by field.</summary>
public partial struct FlowMask
{
    public void SetExact(in FlowField field) => field.SetMaskExact(ref this);

    /// <summary>Adds the highest <paramref name="length"/> bits of the field to what is matched already.</summary>
    public void AddPrefix(in FlowField field, int length)
    {
        var before = field.Read(ref Bits);
        field.SetMaskPrefix(ref this, length);
        field.Write(ref Bits, field.Read(ref Bits) | before);
    }

    public bool IsExact(in FlowField field) => field.IsExact(ref this);

    public bool IsWildcarded(in FlowField field) => field.IsWildcarded(ref this);

    /// <summary>Does this mask match every bit that <paramref name="other"/> matches?</summary>
    public bool Covers(ref FlowMask other)
    {
        for (var i = 0; i < FlowKey.SectionCount; i++)
        {
            var theirs = FlowKey.Section(ref other.Bits, i);
            if ((theirs & FlowKey.Section(ref Bits, i)) != theirs) return false;
        }

        return true;
    }

    /// <summary>
    /// The mask that matches exactly every field which a packet of this kind has, and nothing else (OVS:
    /// <c>flow_wildcards_init_for_packet</c>): ports of a later fragment or ARP fields of an IP packet stay wildcarded.
    /// </summary>
    public static FlowMask ForPacket(ref FlowKey key)
    {
        var mask = default(FlowMask);
        mask.Bits.Sections = FlowSections.Base;
        AddMetadata(ref mask, ref key);
        mask.SetExact(FlowFields.EthDestination);
        mask.SetExact(FlowFields.EthSource);
        mask.SetExact(FlowFields.EthernetType);
        // The first absent tag is matched as well: "no tag" is a fact about the packet.
        mask.SetExact(FlowFields.VlanTci);
        if (key.VlanTci != 0)
        {
            mask.SetExact(FlowFields.VlanTpid);
            mask.SetExact(FlowFields.InnerVlanTci);
            if (key.InnerVlanTci != 0) mask.SetExact(FlowFields.InnerVlanTpid);
        }

        var type = key.EthType;
        if (type == EtherType.Ipv4)
        {
            mask.SetExact(FlowFields.NwSource);
            mask.SetExact(FlowFields.NwDestination);
            mask.SetExact(FlowFields.CtNwSource);
            mask.SetExact(FlowFields.CtNwDestination);
            AddTransport(ref mask, ref key);
        }
        else if (type == EtherType.Ipv6)
        {
            AddIpv6(ref mask, ref key);
            AddTransport(ref mask, ref key);
        }
        else if (EtherType.IsArp(type))
        {
            mask.SetExact(FlowFields.NwSource);
            mask.SetExact(FlowFields.NwDestination);
            mask.SetExact(FlowFields.NwProto);
            mask.SetExact(FlowFields.ArpSourceHardware);
            mask.SetExact(FlowFields.ArpTargetHardware);
        }
        else if (EtherType.IsMpls(type))
        {
            AddMpls(ref mask, ref key);
        }

        return mask;
    }

    private static void AddMetadata(ref FlowMask mask, ref FlowKey key)
    {
        mask.SetExact(FlowFields.InPort);
        mask.SetExact(FlowFields.RecircId);
        mask.SetExact(FlowFields.SkbPriority);
        mask.SetExact(FlowFields.SkbMark);
        mask.SetExact(FlowFields.DpHash);
        mask.SetExact(FlowFields.PacketType);
        mask.SetExact(FlowFields.CtState);
        mask.SetExact(FlowFields.CtZone);
        mask.SetExact(FlowFields.CtMark);
        mask.SetExact(FlowFields.CtLabel);
        if (!key.HasTunnel)
        {
            // Set by a rule, for a tunnel to come.
            if (key.TunnelId == 0) return;
            mask.SetExact(FlowFields.TunnelId);
            mask.Bits.Sections |= FlowSections.Tunnel;
            return;
        }

        // Ids of tunnels without a key stay zero and need no bits.
        if ((key.TunnelFlags & Wire.TunnelFlags.Key) == 0) FlowKey.MatchBytes(ref mask.Bits).Slice(72, 56).Fill(0xff);
        else FlowKey.MatchBytes(ref mask.Bits).Slice(64, 64).Fill(0xff);
        mask.SetExact(FlowFields.ErspanIndex);
        FlowKey.MatchBytes(ref mask.Bits).Slice(FlowKey.OptionsOffset, key.TunnelOptionsSize).Fill(0xff);
        mask.Bits.Sections |= FlowSections.Tunnel | FlowSections.TunnelIpv6;
        for (var used = 0; used < key.TunnelOptionsSize; used += FlowKey.SectionSize)
            mask.Bits.Sections |= (FlowSections)((uint)FlowSections.FirstOption << (used / FlowKey.SectionSize));
    }

    private static void AddIpv6(ref FlowMask mask, ref FlowKey key)
    {
        mask.SetExact(FlowFields.Ipv6Source);
        mask.SetExact(FlowFields.Ipv6Destination);
        mask.SetExact(FlowFields.Ipv6Label);
        if (key.IsNeighbourDiscovery) return;
        mask.SetExact(FlowFields.CtIpv6Source);
        mask.SetExact(FlowFields.CtIpv6Destination);
    }

    private static void AddMpls(ref FlowMask mask, ref FlowKey key)
    {
        const uint bottom = 0x100;
        mask.SetExact(FlowFields.Mpls0);
        if ((key.Mpls0 & bottom) != 0) return;
        mask.SetExact(FlowFields.Mpls1);
        if ((key.Mpls1 & bottom) != 0) return;
        mask.SetExact(FlowFields.Mpls2);
    }

    private static void AddTransport(ref FlowMask mask, ref FlowKey key)
    {
        mask.SetExact(FlowFields.NwFragment);
        mask.SetExact(FlowFields.NwTos);
        mask.SetExact(FlowFields.NwTtl);
        mask.SetExact(FlowFields.NwProto);
        mask.SetExact(FlowFields.CtNwProto);
        mask.SetExact(FlowFields.CtTpSource);
        mask.SetExact(FlowFields.CtTpDestination);
        if ((key.NwFragment & FragmentBits.Later) != 0) return;
        var isKnown = key.NwProto is IpProtocol.Icmp or IpProtocol.Icmpv6 or IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp
            or IpProtocol.Igmp;
        if (!isKnown) return;
        // ICMP's type and code are 8 bits in a 16-bit word.
        var isIcmp = key.NwProto is IpProtocol.Icmp or IpProtocol.Icmpv6 or IpProtocol.Igmp;
        mask.SetExact(isIcmp ? FlowFields.IcmpType : FlowFields.TcpSource);
        mask.SetExact(isIcmp ? FlowFields.IcmpCode : FlowFields.TcpDestination);
        if (key.NwProto == IpProtocol.Tcp) mask.SetExact(FlowFields.TcpFlags);
        if (key.NwProto == IpProtocol.Igmp) mask.SetExact(FlowFields.NdReserved);
        // The extractor, as OVS's, follows the protocol number alone: even IPv4 may carry what looks like neighbour discovery.
        if (key.NwProto != IpProtocol.Icmpv6 || key.TpSource is not (135 or 136) || key.TpDestination != 0) return;
        mask.SetExact(FlowFields.ArpSourceHardware);
        mask.SetExact(FlowFields.ArpTargetHardware);
        mask.SetExact(FlowFields.NdTarget);
        mask.SetExact(FlowFields.NdReserved);
        mask.SetExact(FlowFields.NdOptionsType);
    }
}
