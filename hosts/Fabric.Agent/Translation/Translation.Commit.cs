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
    private static readonly OpenFlowField[] ExtensionFields = [F.NdReserved, F.NdOptionsType];
    private static readonly OpenFlowField[] PortFields = [F.TpSource, F.TpDestination];
    private static readonly OpenFlowField[] PriorityFields = [F.SkbPriority];
    private static readonly OpenFlowField[] MarkFields = [F.PacketMark];

    /// <summary>Adds a datapath action and what it would take in Netlink's form, by which the limits count.</summary>
    private void Emit(DatapathAction action)
    {
        _output.Add(action);
        _outputSize += action switch
        {
            OutputAction or RecircAction or MeterAction or TruncAction => 8,
            PopVlanAction or CtClearAction or PopEthAction => 4,
            SetAction => 40,
            UserspaceAction => 76,
            _ => 12,
        };
    }

    /// <summary>Makes the datapath's packet equal to the rules' packet. The order is OVS's.</summary>
    private void Commit()
    {
        if (_hasPendingEncap || _flow.Packet.PacketType != _base.Packet.PacketType) CommitEthernetHeader();
        if (_flow.Packet.PacketType == 0 && _base.Packet.PacketType == 0) Commit(SetGroup.Ethernet, EthernetFields);
        var popsFirst = EtherType.IsMpls(_base.Packet.EthType) && !EtherType.IsMpls(_flow.Packet.EthType);
        if (popsFirst) CommitLabels();
        CommitNetwork();
        if (!popsFirst && (EtherType.IsMpls(_base.Packet.EthType) || EtherType.IsMpls(_flow.Packet.EthType))) CommitLabels();
        CommitVlans();
        Commit(SetGroup.Priority, PriorityFields);
        Commit(SetGroup.SkbMark, MarkFields);
    }

    /// <summary>
    /// A packet cut off inside its IP header has the Ethernet type but no fields, protocol 0 among them: there is nothing to set (OVS:
    /// <c>commit_set_nw_action</c>).
    /// </summary>
    private void CommitNetwork()
    {
        if (_oracle is not null && !PrepareNetwork()) return;
        // Reading the protocol matters where rules have not read it: OVS does not see that.
        var isSame = _base.Packet.EthType == _flow.Packet.EthType;
        if (_oracle is not null) isSame = false;
        if (isSame && _base.Packet.EthType == EtherType.Ipv4 && Differs(Ipv4Fields)) _mask.Packet.NwProto = 0xff;
        else if (isSame && _base.Packet.EthType == EtherType.Ipv6 && Differs(Ipv6Fields)) _mask.Packet.NwProto = 0xff;
        if (_flow.Packet.NwProto == 0) return;
        switch (_base.Packet.EthType)
        {
            case EtherType.Ipv4:
                Commit(SetGroup.Ipv4, Ipv4Fields);
                CommitTransport();
                break;
            case EtherType.Ipv6:
                Commit(SetGroup.Ipv6, Ipv6Fields);
                // The type of the option first, by which the option is found.
                if (_base.Packet.NwProto == IpProtocol.Icmpv6
                    && Commit(SetGroup.NeighbourExtensions, ExtensionFields) | Commit(SetGroup.NeighbourDiscovery, NeighbourFields))
                    _slow |= SlowPath.Action;
                CommitTransport();
                break;
            case EtherType.Arp:
                if (Commit(SetGroup.Arp, ArpFields)) _slow |= SlowPath.Action;
                break;
        }
    }

    private void CommitTransport()
    {
        switch (_flow.Packet.NwProto)
        {
            case IpProtocol.Tcp: Commit(SetGroup.Tcp, PortFields); break;
            case IpProtocol.Udp: Commit(SetGroup.Udp, PortFields); break;
            case IpProtocol.Sctp: Commit(SetGroup.Sctp, PortFields); break;
            case IpProtocol.Icmp when _flow.Packet.EthType == EtherType.Ipv4:
                if (Commit(SetGroup.Icmp, PortFields, isWhole: true)) _slow |= SlowPath.Action;
                break;
            case IpProtocol.Icmpv6 when _flow.Packet.EthType == EtherType.Ipv6:
                if (Commit(SetGroup.Icmpv6, PortFields, isWhole: true)) _slow |= SlowPath.Action;
                break;
        }
    }

    /// <summary>
    /// One set action for the fields of a group that differ. Its mask holds the consulted bits: those that were read or written, all of
    /// which every packet of the megaflow shares. A group that the datapath can only set as a whole is set and consulted as a whole.
    /// </summary>
    private bool Commit(SetGroup group, OpenFlowField[] fields, bool isWhole = false)
    {
        if (_oracle is not null) return CommitWritten(group, fields, isWhole);
        if (!Differs(fields)) return false;
        var (value, mask) = (default(OpenFlowKey), default(OpenFlowKey));
        foreach (var field in fields)
        {
            var wanted = field.Get(ref _flow);
            var old = field.Get(ref _base);
            if (wanted == old && !isWhole) continue;
            // Every bit that differs was written, hence consulted.
            var bits = field.Get(ref _mask) | (wanted ^ old);
            if (isWhole) Consult(field);
            if (isWhole) bits = field.AllOnes;
            else if (field == F.Tos && _base.Packet.HasTunnel && ((wanted ^ old) & 3) == 0) bits &= 0xfc;
            else if (field == F.Ipv6Label) bits &= 0xfffff;
            field.Set(ref mask, bits);
            field.Set(ref value, wanted & bits);
            field.Set(ref _base, wanted);
        }

        value.Packet.Normalize();
        mask.Packet.Normalize();
        Emit(new SetAction(group, value.Packet, new FlowMask { Bits = mask.Packet }));
        return true;
    }

    private bool Differs(OpenFlowField[] fields)
    {
        foreach (var field in fields)
            if (!IsSame(field)) return true;
        return false;
    }

    private bool IsSame(OpenFlowField field) =>
        OpenFlowKey.AllBytes(ref _flow).Slice(field.Offset, field.Size).SequenceEqual(
            OpenFlowKey.AllBytes(ref _base).Slice(field.Offset, field.Size));

    /// <summary>Labels from the bottom up that agree stay; one on top of them is rewritten; the others are popped, or pushed (OVS:
    /// <c>commit_mpls_action</c>).</summary>
    private void CommitLabels()
    {
        ref var have = ref _base.Packet;
        ref var want = ref _flow.Packet;
        var old = CountLabels(ref have, consults: false);
        var wanted = CountLabels(ref want, consults: false);
        var common = 0;
        while (common < Math.Min(old, wanted) && LabelOf(ref have, old - 1 - common) == LabelOf(ref want, wanted - 1 - common)) common++;
        while (old > common)
        {
            if (old - 1 == common && wanted > common)
            {
                // The datapath writes a label whole: bits that nobody touched are written as this packet has them. OVS leaves those open.
                _mask.Packet.Mpls0 = uint.MaxValue;
                have.Mpls0 = LabelOf(ref want, wanted - old);
                var value = new FlowKey { Mpls0 = have.Mpls0 };
                var mask = new FlowMask { Bits = new FlowKey { Mpls0 = uint.MaxValue } };
                value.Normalize();
                mask.Bits.Normalize();
                Emit(new SetAction(SetGroup.Mpls, value, mask));
                common++;
                continue;
            }

            // What is behind a label that is not the last one is a label.
            Emit(new PopMplsAction(!EtherType.IsMpls(want.EthType) && old > 1 ? EtherType.Mpls : want.EthType));
            TryPopLabel(ref have, old, want.EthType, consults: false);
            old--;
        }

        for (; old < wanted; old++)
        {
            var label = LabelOf(ref want, wanted - old - 1);
            // It may be one that the packet came with, popped for a copy and put back. (A packet without labels has none in its mask.)
            _mask.Packet.Mpls0 = uint.MaxValue;
            Emit(new PushMplsAction(label, want.EthType));
            PushLabel(ref have, old, want.EthType, consults: false);
            have.Mpls0 = label;
        }
    }

    /// <summary>Pops from the outside until what is left agrees, then pushes (OVS: <c>commit_vlan_action</c>).</summary>
    private void CommitVlans()
    {
        if (_oracle is not null)
        {
            CommitWrittenTag();
            return;
        }

        ref var have = ref _base.Packet;
        ref var want = ref _flow.Packet;
        if (have.VlanTci == want.VlanTci && have.VlanTpid == want.VlanTpid && have.InnerVlanTci == want.InnerVlanTci
            && have.InnerVlanTpid == want.InnerVlanTpid) return;
        var old = Tags(ref have);
        var tags = Tags(ref want);
        var common = 0;
        while (common < old.Length && common < tags.Length && old[^(common + 1)] == tags[^(common + 1)]) common++;
        for (var i = old.Length - common; i > 0; i--)
        {
            Emit(new PopVlanAction());
            // Which of two are popped is read from both; OVS notes only those popped.
            (_mask.Packet.VlanTci, _mask.Packet.VlanTpid) = (0xffff, 0xffff);
            (_mask.Packet.InnerVlanTci, _mask.Packet.InnerVlanTpid) = (0xffff, 0xffff);
        }

        for (var i = tags.Length - common - 1; i >= 0; i--) Emit(new PushVlanAction(tags[i].Tpid, tags[i].Tci));
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
}
