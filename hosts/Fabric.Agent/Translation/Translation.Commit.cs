using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>
/// Turns the difference between the packet as rules see it and as the datapath has it into datapath actions (OVS:
/// <c>commit_odp_actions</c>).
/// </summary>
internal sealed partial class Translation
{
    private static readonly OpenFlowField[] EthernetFields = [F.EthSource, F.EthDestination];
    private static readonly OpenFlowField[] Ipv4Fields = [F.NwSource, F.NwDestination, F.Tos, F.NwTtl];
    private static readonly OpenFlowField[] Ipv6Fields = [F.Ipv6Source, F.Ipv6Destination, F.Ipv6Label, F.Tos, F.NwTtl];
    private static readonly OpenFlowField[] ArpFields = [F.ArpSpa, F.ArpTpa, F.ArpOp, F.ArpSha, F.ArpTha];
    private static readonly OpenFlowField[] NeighbourFields = [F.NdTarget, F.ArpSha, F.ArpTha];
    private static readonly OpenFlowField[] PortFields = [F.TpSource, F.TpDestination];
    private static readonly OpenFlowField[] PriorityFields = [F.SkbPriority];
    private static readonly OpenFlowField[] MarkFields = [F.PacketMark];

    /// <summary>Makes the datapath's packet equal to the rules' packet. The order is OVS's.</summary>
    private void Commit()
    {
        Commit(SetGroup.Ethernet, EthernetFields);
        switch (_base.Packet.EthType)
        {
            case EtherType.Ipv4:
                CommitNetwork(SetGroup.Ipv4, Ipv4Fields);
                CommitTransport();
                break;
            case EtherType.Ipv6:
                CommitNetwork(SetGroup.Ipv6, Ipv6Fields);
                if (_base.Packet.IsNeighbourDiscovery && Commit(SetGroup.NeighbourDiscovery, NeighbourFields)) _isSlow = true;
                CommitTransport();
                break;
            case EtherType.Arp or EtherType.Rarp:
                if (Commit(SetGroup.Arp, ArpFields)) _isSlow = true;
                break;
        }

        CommitVlans();
        Commit(SetGroup.Priority, PriorityFields);
        Commit(SetGroup.SkbMark, MarkFields);
    }

    /// <summary>
    /// A packet cut off inside its IP header has the Ethernet type but no fields, protocol 0 among them: there is nothing to set (OVS:
    /// <c>commit_set_nw_action</c>).
    /// </summary>
    private void CommitNetwork(SetGroup group, OpenFlowField[] fields)
    {
        var differs = false;
        foreach (var field in fields) differs |= field.Get(ref _flow) != field.Get(ref _base);
        if (!differs) return;
        Consult(F.NwProto);
        if (_base.Packet.NwProto != 0) Commit(group, fields);
    }

    private void CommitTransport()
    {
        switch (_base.Packet.NwProto)
        {
            case IpProtocol.Tcp: Commit(SetGroup.Tcp, PortFields); break;
            case IpProtocol.Udp: Commit(SetGroup.Udp, PortFields); break;
            case IpProtocol.Sctp: Commit(SetGroup.Sctp, PortFields); break;
            case IpProtocol.Icmp when _base.Packet.EthType == EtherType.Ipv4:
                if (Commit(SetGroup.Icmp, PortFields)) _isSlow = true;
                break;
            case IpProtocol.Icmpv6 when _base.Packet.EthType == EtherType.Ipv6:
                if (Commit(SetGroup.Icmpv6, PortFields)) _isSlow = true;
                break;
        }
    }

    /// <summary>
    /// One set action for the fields of a group that differ. Its mask holds the consulted bits: those that were read or written, all of
    /// which
    /// every packet of the megaflow shares.
    /// </summary>
    private bool Commit(SetGroup group, OpenFlowField[] fields)
    {
        var differs = false;
        foreach (var field in fields) differs |= field.Get(ref _flow) != field.Get(ref _base);
        if (!differs) return false;
        var (value, mask) = (default(OpenFlowKey), default(OpenFlowKey));
        foreach (var field in fields)
        {
            var wanted = field.Get(ref _flow);
            var old = field.Get(ref _base);
            if (wanted == old) continue;
            // Every bit that differs was written, hence consulted.
            var bits = field.Get(ref _mask) | (wanted ^ old);
            field.Set(ref mask, bits);
            field.Set(ref value, wanted & bits);
            field.Set(ref _base, wanted);
        }

        value.Packet.Normalize();
        mask.Packet.Normalize();
        _output.Add(new SetAction(group, value.Packet, new FlowMask { Bits = mask.Packet }));
        return true;
    }

    /// <summary>Pops from the outside until what is left agrees, then pushes (OVS: <c>commit_vlan_action</c>).</summary>
    private void CommitVlans()
    {
        ref var have = ref _base.Packet;
        ref var want = ref _flow.Packet;
        if (have.VlanTci == want.VlanTci && have.VlanTpid == want.VlanTpid && have.InnerVlanTci == want.InnerVlanTci
            && have.InnerVlanTpid == want.InnerVlanTpid) return;
        var old = Tags(ref have);
        var tags = Tags(ref want);
        var common = 0;
        while (common < old.Length && common < tags.Length && old[^(common + 1)] == tags[^(common + 1)]) common++;
        for (var i = old.Length; i > common; i--)
        {
            _output.Add(new PopVlanAction());
            ConsultVlans();
        }

        for (var i = tags.Length - common - 1; i >= 0; i--) _output.Add(new PushVlanAction(tags[i].Tpid, tags[i].Tci));
        (have.VlanTci, have.VlanTpid, have.InnerVlanTci, have.InnerVlanTpid) =
            (want.VlanTci, want.VlanTpid, want.InnerVlanTci, want.InnerVlanTpid);
    }

    /// <summary>The tags, outermost first.</summary>
    private static (ushort Tpid, ushort Tci)[] Tags(ref FlowKey key)
    {
        if ((key.VlanTci & FlowKey.VlanPresent) == 0) return [];
        return (key.InnerVlanTci & FlowKey.VlanPresent) == 0
            ? [(key.VlanTpid, key.VlanTci)]
            : [(key.VlanTpid, key.VlanTci), (key.InnerVlanTpid, key.InnerVlanTci)];
    }

    /// <summary>Chooses the outer header, unless the last one chosen was the same.</summary>
    private void CommitTunnel()
    {
        ref var flow = ref _flow.Packet;
        ref var old = ref _base.Packet;
        if (FlowKey.Section(ref flow, 2) == FlowKey.Section(ref old, 2) && FlowKey.Section(ref flow, 3) == FlowKey.Section(ref old, 3))
            return;
        FlowKey.Section(ref old, 2) = FlowKey.Section(ref flow, 2);
        FlowKey.Section(ref old, 3) = FlowKey.Section(ref flow, 3);
        _output.Add(new SetTunnelAction(new TunnelMetadata
        {
            IsPresent = true,
            IsIpv6 = flow.TunnelDestination.IsZero,
            Id = flow.TunnelId,
            Source = flow.TunnelSource,
            Destination = flow.TunnelDestination,
            SourceV6 = flow.TunnelSourceV6,
            DestinationV6 = flow.TunnelDestinationV6,
            Flags = flow.TunnelFlags,
            Tos = flow.TunnelTos,
            Ttl = flow.TunnelTtl,
            SourcePort = flow.TunnelTpSource,
            DestinationPort = flow.TunnelTpDestination,
            GbpId = flow.TunnelGbpId,
            GbpFlags = flow.TunnelGbpFlags,
        }));
    }
}
