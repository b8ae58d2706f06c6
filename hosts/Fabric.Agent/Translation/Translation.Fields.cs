using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>Reading and writing header and pipeline fields.</summary>
internal sealed partial class Translation
{
    private void Consult(OpenFlowField field) => field.Set(ref _mask, field.AllOnes);

    private void ConsultBits(FieldBits bits) =>
        bits.Field.SetMasked(ref _mask, bits.Mask & bits.Field.AllOnes, bits.Mask & bits.Field.AllOnes);

    private void SetField(OpenFlowField field, UInt128 value, UInt128 mask)
    {
        if (!HasField(field))
        {
            _trace?.Warn($"unmet prerequisites for {field.Name}, set_field ignored");
            return;
        }

        // Actions write 16 bits of arp_op, of which the key has 8.
        (value, mask) = (value & field.AllOnes, mask & field.AllOnes);
        if (_oracle is not null)
        {
            SetConstant(field, value, mask);
            return;
        }

        ConsultIpHeader(field);
        field.SetMasked(ref _mask, mask, mask);
        field.SetMasked(ref _flow, value, mask);
        if (field.Offset == F.VlanTci.Offset) MendVlan();
    }

    private void SetConstant(OpenFlowField field, UInt128 value, UInt128 mask)
    {
        if (field.Offset == F.VlanTci.Offset) AskTags();
        Overwrite(field, value, mask);
        if (field.Offset != F.VlanTci.Offset) return;
        if ((_flow.Packet.InnerVlanTci & FlowKey.VlanPresent) != 0) Refuse(ExplicitRefusal.SecondTag);
        if (_flow.Packet.VlanTci != 0 && _flow.Packet.VlanTpid == 0) OverwriteTagType(EtherType.Vlan);
        else if (F.VlanTci.Get(ref _written) == F.VlanTci.AllOnes && _flow.Packet.VlanTci == 0) OverwriteTagType(0);
    }

    private void Move(MoveAction move)
    {
        if (HasField(move.Target.Field) && HasField(move.Source.Field))
        {
            ConsultBits(move.Source);
            ConsultBits(move.Target);
            Write(move.Target, move.Source.Get(ref _flow));
        }

        _trace?.Bits(move.Target, ref _flow);
    }

    /// <summary>Puts a computed value into some bits (OVS: <c>nxm_reg_load</c>); what does not fit is cut off.</summary>
    private void Load(FieldBits target, UInt128 value)
    {
        ConsultBits(target);
        Write(target, value & (target.Mask >> target.Start));
        _trace?.Bits(target, ref _flow);
    }

    private void Write(FieldBits target, UInt128 value)
    {
        target.Set(ref _flow, value);
        if (target.Field.Offset == F.VlanTci.Offset) MendVlan();
    }

    private void Push(FieldBits source)
    {
        ConsultBits(source);
        var size = (source.Width + 7) / 8;
        (_stack ??= []).Add(new StackValue(source.Get(ref _flow), size));
        _stackSize += size + 1;
    }

    private void Pop(FieldBits target)
    {
        if (_stack is not { Count: > 0 })
        {
            _trace?.Error("stack underflow");
            return;
        }

        var top = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        _stackSize -= top.Size + 1;
        ConsultBits(target);
        Write(target, top.Value & (target.Mask >> target.Start));
        _trace?.Bits(target, ref _flow);
    }

    private void DeleteField(OpenFlowField field)
    {
        if (field.TunnelIndex is { } index)
        {
            if (field.Size > 0) field.Set(ref _flow, 0);
            _flow.TunnelPresent &= ~(1UL << index);
        }

        _trace?.Note($"delete {field.Name}");
    }

    /// <summary>Whether an IP header can be written at all shows in its protocol (0: cut off), so writing it reads that.</summary>
    private void ConsultIpHeader(OpenFlowField field)
    {
        var isNetwork = IsIp ? field.Prerequisite is MatchPrerequisite.Ipv4 or MatchPrerequisite.Ipv6 or MatchPrerequisite.AnyIp
            : _flow.Packet.EthType == EtherType.Arp && field.Prerequisite == MatchPrerequisite.Arp;
        if (isNetwork) _mask.Packet.NwProto = 0xff;
    }

    /// <summary>
    /// Does the packet have this field? Asking un-wildcards what the answer is read from (OVS: <c>mf_are_prereqs_ok</c>).
    /// </summary>
    private bool HasField(OpenFlowField field)
    {
        if (field.Prerequisite > MatchPrerequisite.Vlan) AskType();
        switch (field.Prerequisite)
        {
            case MatchPrerequisite.None:
                return true;
            case MatchPrerequisite.Vlan:
                _mask.Packet.VlanTci |= FlowKey.VlanPresent;
                break;
            case >= MatchPrerequisite.Tcp when IsIp:
                ConsultTransport(field.Prerequisite);
                break;
        }

        return MatchPrerequisites.AreMet(field.Prerequisite, ref _flow.Packet);
    }

    private void ConsultTransport(MatchPrerequisite prerequisite)
    {
        ref var flow = ref _flow.Packet;
        if (prerequisite == MatchPrerequisite.Icmpv4 && flow.EthType != EtherType.Ipv4) return;
        if (prerequisite >= MatchPrerequisite.Icmpv6 && flow.EthType != EtherType.Ipv6) return;
        _mask.Packet.NwProto = 0xff;
        if (prerequisite < MatchPrerequisite.NeighbourSolicit || flow.NwProto != IpProtocol.Icmpv6) return;
        _mask.Packet.TpDestination = 0xffff;
        if (flow.TpDestination == 0) _mask.Packet.TpSource = 0xffff;
    }

    private void SetAddress(SetNwAddressAction action)
    {
        AskType();
        if (_flow.Packet.EthType != EtherType.Ipv4) return;
        if (_oracle is not null)
        {
            Overwrite(action.IsSource ? F.NwSource : F.NwDestination, action.Address.Value, uint.MaxValue);
            return;
        }

        _mask.Packet.NwProto = 0xff;
        var all = new Ipv4Address(uint.MaxValue);
        if (action.IsSource) (_mask.Packet.NwSource, _flow.Packet.NwSource) = (all, action.Address);
        else (_mask.Packet.NwDestination, _flow.Packet.NwDestination) = (all, action.Address);
    }

    private void SetTos(byte value, byte mask)
    {
        if (!IsIp) return;
        if (_oracle is not null)
        {
            Overwrite(F.Tos, value, mask);
            return;
        }

        _mask.Packet.NwProto = 0xff;
        _mask.Packet.NwTos |= mask;
        _flow.Packet.NwTos = (byte)((_flow.Packet.NwTos & ~mask) | (value & mask));
    }

    private void SetTtl(byte ttl)
    {
        if (!IsIp) return;
        if (_oracle is not null)
        {
            Overwrite(F.NwTtl, ttl, byte.MaxValue);
            return;
        }

        _mask.Packet.NwProto = 0xff;
        _mask.Packet.NwTtl = 0xff;
        _flow.Packet.NwTtl = ttl;
    }

    private void SetPort(SetTpPortAction action)
    {
        if (!IsIp || (_flow.Packet.NwFragment & FragmentBits.Later) != 0) return;
        if (_oracle is not null)
        {
            Consult(F.NwProto);
            Overwrite(action.IsSource ? F.TpSource : F.TpDestination, action.Port, ushort.MaxValue);
            return;
        }

        _mask.Packet.NwProto = 0xff;
        if (action.IsSource) (_mask.Packet.TpSource, _flow.Packet.TpSource) = (0xffff, action.Port);
        else (_mask.Packet.TpDestination, _flow.Packet.TpDestination) = (0xffff, action.Port);
    }

    private void SetVlan(ushort value, ushort mask, bool pushesIfNeeded)
    {
        if (_oracle is not null)
        {
            AskTags();
            if ((_flow.Packet.VlanTci & FlowKey.VlanPresent) == 0 && !pushesIfNeeded) return;
            var type = _flow.Packet.VlanTpid == 0 ? EtherType.Vlan : (ushort)0;
            OverwriteTag(type, (ushort)(value | FlowKey.VlanPresent), (ushort)(mask | FlowKey.VlanPresent));
            return;
        }

        _mask.Packet.VlanTci |= (ushort)(mask | FlowKey.VlanPresent);
        if ((_flow.Packet.VlanTci & FlowKey.VlanPresent) == 0 && !pushesIfNeeded) return;
        if (_flow.Packet.VlanTpid == 0) _flow.Packet.VlanTpid = EtherType.Vlan;
        _flow.Packet.VlanTci = (ushort)((_flow.Packet.VlanTci & ~mask) | value | FlowKey.VlanPresent);
    }

    /// <summary>A tag has an Ethernet type of its own, and no tag has none (OVS: <c>flow_fix_vlan_tpid</c>).</summary>
    private void MendVlan()
    {
        if (_flow.Packet.VlanTci != 0 && _flow.Packet.VlanTpid == 0) _flow.Packet.VlanTpid = EtherType.Vlan;
        if (_flow.Packet.VlanTci == 0) _flow.Packet.VlanTpid = 0;
    }

    /// <summary>OVS: <c>flow_pop_vlan</c>. That there is a tag to pop counts when the pop is committed.</summary>
    private void PopVlan()
    {
        if (_oracle is not null) AskTags();
        ref var flow = ref _flow.Packet;
        if ((flow.VlanTci & FlowKey.VlanPresent) == 0) return;
        if (_oracle is not null)
        {
            OverwriteTag(0, 0, ushort.MaxValue);
            return;
        }

        if ((flow.InnerVlanTci & FlowKey.VlanPresent) != 0) (_mask.Packet.InnerVlanTci, _mask.Packet.InnerVlanTpid) = (0xffff, 0xffff);
        (flow.VlanTci, flow.VlanTpid) = (flow.InnerVlanTci, flow.InnerVlanTpid);
        (flow.InnerVlanTci, flow.InnerVlanTpid) = (0, 0);
    }

    /// <summary>What was the outer tag becomes the inner one; a third is lost (OVS: <c>flow_push_vlan_uninit</c>).</summary>
    private void PushVlan(ushort type)
    {
        if (_oracle is not null)
        {
            AskTags();
            if ((_flow.Packet.VlanTci & FlowKey.VlanPresent) != 0) Refuse(ExplicitRefusal.SecondTag);
            OverwriteTag(type, FlowKey.VlanPresent, ushort.MaxValue);
            return;
        }

        ref var flow = ref _flow.Packet;
        if ((flow.VlanTci & FlowKey.VlanPresent) != 0)
        {
            (_mask.Packet.VlanTci, _mask.Packet.VlanTpid) = (0xffff, 0xffff);
            if ((flow.InnerVlanTci & FlowKey.VlanPresent) != 0) (_mask.Packet.InnerVlanTci, _mask.Packet.InnerVlanTpid) = (0xffff, 0xffff);
        }

        (flow.InnerVlanTci, flow.InnerVlanTpid) = (flow.VlanTci, flow.VlanTpid);
        (flow.VlanTci, flow.VlanTpid) = (FlowKey.VlanPresent, type);
    }
}
