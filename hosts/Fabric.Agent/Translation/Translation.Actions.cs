using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>OpenFlow actions, one by one (OVS: <c>do_xlate_actions</c>).</summary>
internal sealed partial class Translation
{
    private void Execute(OpenFlowActions actions, bool isLast)
    {
        if (actions.Count == 0) _trace?.Action("drop");
        for (var i = 0; i < actions.Count && !_isExiting && _error == XlateError.None; i++)
        {
            _trace?.Action(ActionText.Format(actions[i], _bridge));
            Execute(actions[i], isLast && i == actions.Count - 1);
        }

        _isExiting = false;
    }

    private void Execute(OpenFlowAction action, bool isLast)
    {
        switch (action)
        {
            case OutputPortAction a: Output(a.Port); break;
            case OutputFieldAction a:
                ConsultBits(a.Source);
                Output(new OfpPort((ushort)a.Source.Get(ref _flow)));
                break;
            case ControllerAction: ToController(); break;
            case ResubmitAction a: GoToTable(a.Table ?? _table, a.Port ?? _flow.InPort, isLast); break;
            case GotoTableAction a: GoToTable(a.Table, _flow.InPort, isLast); break;
            case SetFieldAction a: SetField(a.Field, a.Value, a.Mask); break;
            case LoadAction a: SetField(a.Target.Field, a.Value << a.Target.Start, a.Target.Mask); break;
            case MoveAction a: Move(a); break;
            case SetEthAction a: SetField(a.IsSource ? F.EthSource : F.EthDestination, a.Address.Value); break;
            case SetVlanVidAction a: SetVlan(a.Vid, 0x0fff); break;
            case SetVlanPcpAction a: SetVlan((ushort)(a.Pcp << 13), 0xe000); break;
            case StripVlanAction: PopVlan(); break;
            case PushVlanTagAction a: PushVlan(a.EthType); break;
            case SetNwAddressAction a: SetField(a.IsSource ? F.NwSource : F.NwDestination, a.Address.Value); break;
            case SetNwTosAction a: SetField(F.Tos, a.Tos, 0xfc); break;
            case SetNwEcnAction a: SetField(F.Tos, a.Ecn, 0x03); break;
            case SetNwTtlAction a: SetField(F.NwTtl, a.Ttl); break;
            case SetTpPortAction a: SetPort(a); break;
            case DecTtlAction: DecrementTtl(); break;
            case SetTunnelIdAction a: _flow.Packet.TunnelId = a.Id; break;
            case WriteMetadataAction a: SetField(F.Metadata, a.Value, a.Mask); break;
            case ClearActionsAction: _actionSet.Clear(); break;
            case WriteActionsAction a: WriteActions(a.Actions); break;
            case SetQueueAction a: SetQueue(a.Queue); break;
            case PopQueueAction: PopQueue(); break;
            case EnqueueAction a: Enqueue(a); break;
            case NoteAction: break;
            default: Wire.Invariant.Fail($"an action that translation knows: {action.GetType().Name}"); break;
        }
    }

    private void Consult(OpenFlowField field) => field.Set(ref _mask, field.AllOnes);

    private void ConsultBits(FieldBits bits) => bits.Field.SetMasked(ref _mask, bits.Mask, bits.Mask);

    private void SetField(OpenFlowField field, UInt128 value) => SetField(field, value, field.AllOnes);

    private void SetField(OpenFlowField field, UInt128 value, UInt128 mask)
    {
        if (!HasField(field)) return;
        field.SetMasked(ref _mask, mask, mask);
        ConsultIpHeader(field);
        if (field == F.InPort)
        {
            // A changed input port only matters for the rules to come and for "not back where it came from".
            _flow.InPort = new OfpPort((ushort)value);
            return;
        }

        field.SetMasked(ref _flow, value, mask);
        if (field.Offset == F.VlanTci.Offset) MendVlan();
    }

    private void Move(MoveAction move)
    {
        if (!HasField(move.Source.Field) || !HasField(move.Target.Field)) return;
        ConsultBits(move.Source);
        ConsultBits(move.Target);
        ConsultIpHeader(move.Target.Field);
        move.Target.Set(ref _flow, move.Source.Get(ref _flow));
        if (move.Target.Field.Offset == F.VlanTci.Offset) MendVlan();
    }

    /// <summary>Whether an IP header can be written at all shows in its protocol (0: cut off), so writing it reads that.</summary>
    private void ConsultIpHeader(OpenFlowField field)
    {
        if (field.Prerequisite is MatchPrerequisite.Ipv4 or MatchPrerequisite.Ipv6 or MatchPrerequisite.AnyIp) Consult(F.NwProto);
    }

    /// <summary>
    /// Does the packet have this field? Asking un-wildcards what the answer is read from (OVS: <c>mf_are_prereqs_ok</c>).
    /// </summary>
    private bool HasField(OpenFlowField field)
    {
        if (field == F.VlanVid || field == F.DlVlan || field == F.DlVlanPcp || field.Prerequisite == MatchPrerequisite.Vlan)
        {
            F.VlanTci.SetMasked(ref _mask, FlowKey.VlanPresent, FlowKey.VlanPresent);
            return (_flow.Packet.VlanTci & FlowKey.VlanPresent) != 0;
        }

        if (field.Prerequisite is >= MatchPrerequisite.Tcp && IsIp)
        {
            Consult(F.NwProto);
            if (field.Prerequisite >= MatchPrerequisite.NeighbourSolicit && _flow.Packet.EthType == EtherType.Ipv6
                && _flow.Packet.NwProto == IpProtocol.Icmpv6)
            {
                Consult(F.TpSource);
                Consult(F.TpDestination);
            }
        }

        return MatchPrerequisites.AreMet(field, ref _flow.Packet);
    }

    private void SetPort(SetTpPortAction action)
    {
        if (!IsIp) return;
        Consult(F.NwProto);
        var has = _flow.Packet.NwProto is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp
            && (_flow.Packet.NwFragment & FragmentBits.Later) == 0;
        if (has) SetField(action.IsSource ? F.TpSource : F.TpDestination, action.Port);
    }

    private void SetVlan(ushort value, ushort mask)
    {
        F.VlanTci.SetMasked(ref _mask, (UInt128)(mask | FlowKey.VlanPresent), (UInt128)(mask | FlowKey.VlanPresent));
        _flow.Packet.VlanTci = (ushort)((_flow.Packet.VlanTci & ~mask) | value | FlowKey.VlanPresent);
        MendVlan();
    }

    /// <summary>A tag has an Ethernet type of its own, and no tag has none.</summary>
    private void MendVlan()
    {
        if (_flow.Packet.VlanTci != 0 && _flow.Packet.VlanTpid == 0) _flow.Packet.VlanTpid = EtherType.Vlan;
        if (_flow.Packet.VlanTci == 0) _flow.Packet.VlanTpid = 0;
    }

    private void PopVlan()
    {
        F.VlanTci.SetMasked(ref _mask, FlowKey.VlanPresent, FlowKey.VlanPresent);
        if ((_flow.Packet.VlanTci & FlowKey.VlanPresent) == 0) return;
        _mask.Packet.InnerVlanTci = 0xffff;
        _mask.Packet.InnerVlanTpid = 0xffff;
        (_flow.Packet.VlanTci, _flow.Packet.VlanTpid) = (_flow.Packet.InnerVlanTci, _flow.Packet.InnerVlanTpid);
        (_flow.Packet.InnerVlanTci, _flow.Packet.InnerVlanTpid) = (0, 0);
    }

    private void PushVlan(ushort type)
    {
        ConsultVlans();
        if ((_flow.Packet.InnerVlanTci & FlowKey.VlanPresent) != 0)
        {
            _trace?.Problem("more than two VLAN tags, dropping");
            _error = XlateError.TooManyVlans;
            return;
        }

        (_flow.Packet.InnerVlanTci, _flow.Packet.InnerVlanTpid) = (_flow.Packet.VlanTci, _flow.Packet.VlanTpid);
        (_flow.Packet.VlanTci, _flow.Packet.VlanTpid) = (FlowKey.VlanPresent, type);
    }

    private void ConsultVlans()
    {
        (_mask.Packet.VlanTci, _mask.Packet.VlanTpid) = (0xffff, 0xffff);
        (_mask.Packet.InnerVlanTci, _mask.Packet.InnerVlanTpid) = (0xffff, 0xffff);
    }

    private void DecrementTtl()
    {
        if (!IsIp) return;
        Consult(F.NwTtl);
        Consult(F.NwProto);
        if (_flow.Packet.NwTtl > 1)
        {
            _flow.Packet.NwTtl--;
            return;
        }

        _trace?.Note("TTL expired, processing of this table ends");
        if (_bridge.Settings.HasController) ToController();
        _isExiting = true;
    }

    private void ToController()
    {
        Commit();
        _output.Add(new UserspaceAction(0, UserspaceReason.Controller, _rule?.Cookie ?? 0));
    }

    /// <summary>One action of each kind, sets of different fields counting as different kinds (OpenFlow 1.5 section 5.6).</summary>
    private void WriteActions(OpenFlowActions actions)
    {
        foreach (var action in actions)
        {
            _actionSet.RemoveAll(a => a.GetType() == action.GetType()
                && (a is not SetFieldAction old || action is SetFieldAction { Field: var field } && old.Field == field));
            _actionSet.Add(action);
        }
    }

    private void RunActionSet()
    {
        if (_actionSet.Count == 0 || _error != XlateError.None) return;
        var ordered = _actionSet.OrderBy(a =>
            a switch { StripVlanAction => 0, PushVlanTagAction => 1, DecTtlAction => 2, OutputPortAction => 4, _ => 3 });
        var actions = new OpenFlowActions(ordered.ToArray());
        _actionSet.Clear();
        _trace?.Note("action set is: " + ActionText.Format(actions, _bridge));
        Execute(actions, isLast: true);
    }
}
