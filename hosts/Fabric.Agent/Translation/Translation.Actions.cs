using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>OpenFlow actions, one by one (OVS: <c>do_xlate_actions</c>).</summary>
internal sealed partial class Translation
{
    private enum Next
    {
        /// <summary>Go on with the next action.</summary>
        Continue,

        /// <summary>A resubmit: what froze inside it has noted all but the actions that follow.</summary>
        AfterResubmit,

        /// <summary>The packet is frozen, and this action is done.</summary>
        FrozenAfter,

        /// <summary>This list ends, the pipeline does not.</summary>
        EndList,

        /// <summary>The rest of the list has been translated already.</summary>
        RestIsDone,
    }

    /// <param name="isLast">Nothing follows in the callers, so the packet need not be kept as it is.</param>
    private void Execute(ReadOnlySpan<OpenFlowAction> actions, bool isLast, bool isBucket = false)
    {
        if (actions.Length == 0)
        {
            _trace?.Action("drop");
            return;
        }

        var isRestDone = false;
        for (var i = 0; i < actions.Length && _error == XlateError.None; i++)
        {
            var action = actions[i];
            if (_wasMpls && !_isExiting && NeedsInnerHeaders(action)) Freeze();
            if (_isExiting || isRestDone)
            {
                if (_isFreezing) FreezeActions(actions[i..]);
                break;
            }

            _trace?.Action(action, _bridge);
            var isFinal = isLast && i == actions.Length - 1 && _actionSet.Count == 0;
            switch (Execute(action, actions[(i + 1)..], isFinal, isBucket))
            {
                case Next.AfterResubmit: continue;
                case Next.EndList: return;
                case Next.RestIsDone: isRestDone = true; break;
                case Next.FrozenAfter: i++; break;
            }

            if (_error != XlateError.None || !_isExiting || _frozenActions.Count > 0) continue;
            if (_isFreezing) FreezeActions(actions[i..]);
            break;
        }
    }

    private Next Execute(OpenFlowAction action, ReadOnlySpan<OpenFlowAction> rest, bool isLast, bool isBucket)
    {
        switch (action)
        {
            case OutputPortAction a: Output(a.Port, isLast, isBucket, mayPacketIn: true); break;
            case ResubmitAction a:
                GoToTable(a.Table ?? _table, InPortOf(a), isLast, mayPacketIn: false, a.WithConnectionTuple);
                return Next.AfterResubmit;
            case GotoTableAction a:
                GoToTable(a.Table, _flow.InPort, isLast, mayPacketIn: true);
                return Next.AfterResubmit;
            case SetFieldAction a: SetField(a.Field, a.Value, a.Mask); break;
            case LoadAction a: SetField(a.Target.Field, a.Value << a.Target.Start, a.Target.Mask); break;
            case MoveAction a: Move(a); break;
            case SetEthAction a when _oracle is not null:
                Overwrite(a.IsSource ? F.EthSource : F.EthDestination, a.Address.Value, ~0UL >> 16);
                break;
            case SetEthAction { IsSource: true } a:
                _mask.Packet.EthSource = new MacAddress(MacAddress.Broadcast.Value);
                _flow.Packet.EthSource = a.Address;
                break;
            case SetEthAction a:
                _mask.Packet.EthDestination = new MacAddress(MacAddress.Broadcast.Value);
                _flow.Packet.EthDestination = a.Address;
                break;
            case SetVlanVidAction a: SetVlan(a.Vid, 0x0fff, a.PushesIfNeeded); break;
            case SetVlanPcpAction a: SetVlan((ushort)(a.Pcp << 13), 0xe000, a.PushesIfNeeded); break;
            case StripVlanAction: PopVlan(); break;
            case PushVlanTagAction a: PushVlan(a.EthType); break;
            case SetNwAddressAction a: SetAddress(a); break;
            case SetNwTosAction a: SetTos(a.Tos, 0xfc); break;
            case SetNwEcnAction a: SetTos(a.Ecn, 0x03); break;
            case SetNwTtlAction a: SetTtl(a.Ttl); break;
            case SetTpPortAction a: SetPort(a); break;
            case SetTunnelIdAction a when _oracle is not null: Overwrite(F.TunnelId, a.Id, ulong.MaxValue); break;
            case SetTunnelIdAction a: _flow.Packet.TunnelId = a.Id; break;
            case WriteMetadataAction a: _flow.Metadata = (_flow.Metadata & ~a.Mask) | (a.Value & a.Mask); break;
            case PushFieldAction a: Push(a.Source); break;
            case PopFieldAction a: Pop(a.Target); break;
            case DeleteFieldAction a: DeleteField(a.Field); break;
            case SetQueueAction a: SetQueue(a.Queue); break;
            case PopQueueAction: PopQueue(); break;
            case EnqueueAction a: Enqueue(a, isLast, isBucket); break;
            case NoteAction: break;
            case ConjunctionAction: _trace?.Error("executing no-op conjunction action"); break;
            case ExitAction: _isExiting = true; break;
            case DebugSlowAction: _slow |= SlowPath.Action; break;
            case UnrollAction a: Unroll(a); break;
            default: return ExecuteRare(action, rest, isLast, isBucket);
        }

        return Next.Continue;
    }

    private Next ExecuteRare(OpenFlowAction action, ReadOnlySpan<OpenFlowAction> rest, bool isLast, bool isBucket)
    {
        if (IsRefused(action)) return Next.Continue;
        switch (action)
        {
            case OutputFieldAction a: OutputField(a, isLast, isBucket); break;
            case OutputTruncatedAction a: OutputTruncated(a, isLast, isBucket); break;
            case GroupAction a:
                if (!TryGroup(a.GroupId, isLast)) return Next.EndList;
                break;
            case ControllerAction { HasPause: true } a:
                _pause = a;
                Freeze();
                return Next.FrozenAfter;
            case ControllerAction { Form: ControllerForm.Output, Reason: ActionReason, ControllerId: 0, MeterId: null, UserData.Size: 0 } a:
                // An output to the reserved port, whose reason is where it stands.
                OutputToController(a.MaxLength, isBucket);
                break;
            case ControllerAction a: ToController(a.MaxLength, a.Reason, a.ControllerId, a.MeterId, a.UserData); break;
            case PushMplsTagAction a: PushMpls(a.EthType); break;
            case PopMplsTagAction a: PopMpls(a.EthType); break;
            case SetMplsLabelAction a: SetLabelBits(a.Label << 12, 0xfffff000); break;
            case SetMplsTcAction a: SetLabelBits((uint)a.TrafficClass << 9, 0xe00); break;
            case SetMplsTtlAction a: SetLabelBits(a.Ttl, 0xff); break;
            case DecMplsTtlAction:
                if (!TryDecrementMplsTtl()) return Next.EndList;
                break;
            case DecTtlAction a:
                if (!TryDecrementTtl(a)) return Next.EndList;
                break;
            case MultipathAction a: Multipath(a); break;
            case BundleAction a: Bundle(a, isLast, isBucket); break;
            case LearnAction a: Learn(a); break;
            case FinTimeoutAction a:
                Consult(F.NwProto);
                if (_rule is not null) _cache.AddFinTimeout(_bridge.Tables, _rule, a);
                break;
            case ClearActionsAction: ClearActionSet(); break;
            case WriteActionsAction a: WriteActions(a.Actions); break;
            case ApplyMeterAction a:
                if (_bridge.Meters.Find(a.MeterId) is { } meter) Emit(new MeterAction(meter.DatapathId));
                break;
            case CloneListAction a: ExecuteClone(a.Actions.Span, isLast); break;
            case EncapEthernetAction: Encapsulate(); break;
            case DecapAction: Decapsulate(); break;
            case ConnectionTrackAction a: Track(a, isLast); break;
            case ConnectionClearAction:
                if (_isTracked) ClearConnection();
                break;
            case NatAction a: _nat = a; break;
            case SamplePacketAction: break; // without IPFIX collectors there is nothing to sample for
            case DebugRecircAction:
                Freeze();
                return Next.FrozenAfter;
            case CheckPacketLargerAction a when !_world.Features.HasCheckPacketLength:
                // The agent looks at each packet.
                a.Target.Set(ref _flow, _packetSize > a.Length ? 1u : 0u);
                _slow |= SlowPath.Action;
                break;
            case CheckPacketLargerAction a:
                CheckPacketLarger(a, rest);
                return Next.RestIsDone;
            default: Invariant.Fail($"an action that translation knows: {action.GetType().Name}"); break;
        }

        return Next.Continue;
    }

    private OfpPort InPortOf(ResubmitAction action) =>
        action.Port is { } port && port != OfpPort.InPort ? port : _flow.InPort;

    /// <summary>
    /// Does this action look behind the labels that were popped (OVS: <c>recirc_for_mpls</c>)? The datapath must then look first.
    /// </summary>
    private static bool NeedsInnerHeaders(OpenFlowAction action) => action switch
    {
        OutputPortAction or OutputTruncatedAction or EnqueueAction or OutputFieldAction or SetVlanVidAction or SetVlanPcpAction
            or SetEthAction or SetTunnelIdAction or SetQueueAction or GroupAction => false,
        SetFieldAction a => IsNetworkField(a.Field),
        LoadAction a => IsNetworkField(a.Target.Field),
        _ => true,
    };

    /// <summary>OVS: <c>mf_is_l3_or_higher</c>.</summary>
    private static bool IsNetworkField(OpenFlowField field) =>
        field.Prerequisite is not (MatchPrerequisite.None or MatchPrerequisite.Ethernet or MatchPrerequisite.Vlan
            or MatchPrerequisite.Mpls);
}
