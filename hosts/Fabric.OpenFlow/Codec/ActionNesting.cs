using E = Fabric.OpenFlow.OpenFlowError;

namespace Fabric.OpenFlow;

/// <summary>Which actions may follow, and stand in, which (OVS: <c>ofpacts_verify</c>).</summary>
internal static class ActionNesting
{
    public const InstructionSet ActionsAndMeter = InstructionSet.ApplyActions | InstructionSet.Meter;

    public static OpenFlowError Check(
        ReadOnlySpan<OpenFlowAction> actions, OpenFlowVersion version, InstructionSet allowed, ActionOuter outer)
    {
        var before = InstructionSet.None;
        foreach (var action in actions)
        {
            if (action is ConjunctionAction) return CheckConjunction(actions);
            var error = CheckOuter(action, outer);
            if (error != E.None) return error;
            var next = InstructionOf(action, version);
            if (before == InstructionSet.ApplyActions ? next < before : before != InstructionSet.None && next <= before)
                return E.BacUnsupportedOrder;
            if ((next & allowed) == 0) return E.BicUnsupInst;
            before = next;
        }

        return E.None;
    }

    public static InstructionSet InstructionOf(OpenFlowAction action, OpenFlowVersion version) => action switch
    {
        ApplyMeterAction when version < OpenFlowVersion.V15 => InstructionSet.Meter,
        ClearActionsAction => InstructionSet.ClearActions,
        WriteActionsAction => InstructionSet.WriteActions,
        WriteMetadataAction => InstructionSet.WriteMetadata,
        GotoTableAction => InstructionSet.GotoTable,
        _ => InstructionSet.ApplyActions,
    };

    /// <summary>Can it be a part of an action set? (OVS: <c>action_set_classify</c>)</summary>
    public static bool IsForActionSet(OpenFlowAction action) => action is
        StripVlanAction or PopMplsTagAction or DecapAction or EncapEthernetAction or PushMplsTagAction or PushVlanTagAction or DecTtlAction
        or DecMplsTtlAction or ConnectionTrackAction or ConnectionClearAction or ResubmitAction or OutputPortAction or GroupAction
        or SetFieldAction or LoadAction or MoveAction or SetEthAction or SetNwTosAction or SetNwEcnAction or SetNwTtlAction
        or SetNwAddressAction or SetTpPortAction or SetMplsLabelAction or SetMplsTcAction or SetMplsTtlAction or SetQueueAction
        or SetTunnelIdAction or SetVlanPcpAction or SetVlanVidAction or ControllerAction { Form: ControllerForm.Output };

    private static OpenFlowError CheckConjunction(ReadOnlySpan<OpenFlowAction> actions)
    {
        foreach (var action in actions)
            if (action is not (ConjunctionAction or NoteAction)) return E.NxbacBadConjunction;
        return E.None;
    }

    private static OpenFlowError CheckOuter(OpenFlowAction action, ActionOuter outer)
    {
        var field = action switch
        {
            SetFieldAction a => a.Field,
            LoadAction a => a.Target.Field,
            MoveAction a => a.Target.Field,
            _ => null,
        };
        var isConnection = field == OpenFlowFields.CtMark || field == OpenFlowFields.CtLabel;
        if (isConnection && outer != ActionOuter.ConnectionTrack) return E.BacBadSetArgument;
        if (action is NatAction) return outer == ActionOuter.ConnectionTrack ? E.None : E.BacBadSetArgument;
        if (outer == ActionOuter.ConnectionTrack && !isConnection) return E.BacBadArgument;
        return outer != ActionOuter.None && action is ApplyMeterAction ? E.BacBadArgument : E.None;
    }
}
