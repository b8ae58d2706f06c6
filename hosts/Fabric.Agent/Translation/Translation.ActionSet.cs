using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>The action set of OpenFlow 1.1 and later, which runs when the pipeline ends.</summary>
internal sealed partial class Translation
{
    /// <summary>Slots of which the last action counts, in the order in which they run (OVS: <c>ACTION_SET_ORDER</c>).</summary>
    private const int SlotCount = 8;

    private void WriteActions(OpenFlowActions actions)
    {
        AddToActionSet(actions.Span);
        if (_trace is not null) ReportActionSet("is");
    }

    private void ClearActionSet()
    {
        if (_trace is not null) ReportActionSet("was");
        _actionSet.Clear();
        _flow.ActionSetOutput = NoActionSetOutput;
        _actionSetHasGroup = false;
    }

    private void AddToActionSet(ReadOnlySpan<OpenFlowAction> actions)
    {
        foreach (var action in actions)
        {
            _actionSet.Add(action);
            if (_actionSetHasGroup) continue;
            if (action is OutputPortAction output) _flow.ActionSetOutput = output.Port.Value;
            if (action is not GroupAction) continue;
            _flow.ActionSetOutput = NoActionSetOutput;
            _actionSetHasGroup = true;
        }
    }

    private void RunActionSet()
    {
        var actions = Order(_actionSet);
        _actionSet.Clear();
        if (actions.Count == 0) return;
        _isActionSet = true;
        var trace = _trace?.Current;
        if (_trace is not null) _trace.Current = _trace.Report(TraceKind.Table, "--. Executing action set:");
        Execute(actions.Span, isLast: true);
        if (_trace is not null) _trace.Current = trace!;
        _isActionSet = false;
    }

    /// <summary>
    /// What a set does, as a list: nothing, unless it sends the packet somewhere; a group goes before an output (OVS:
    /// <c>ofpacts_execute_action_set</c>).
    /// </summary>
    private static OpenFlowActions Order(IReadOnlyList<OpenFlowAction> set)
    {
        if (set.Count == 0) return OpenFlowActions.Drop;
        var slots = new OpenFlowAction?[SlotCount];
        var sets = new List<OpenFlowAction>();
        OpenFlowAction? final = null;
        foreach (var action in set)
        {
            if (FinalRankOf(action) is { } rank)
            {
                if (final is null || rank >= FinalRankOf(final)) final = action;
            }
            else if (SlotOf(action) is { } slot)
            {
                slots[slot] = action;
            }
            else if (IsSet(action))
            {
                sets.Add(action);
            }
        }

        if (final is null) return OpenFlowActions.Drop;
        return new OpenFlowActions([.. slots.OfType<OpenFlowAction>(), .. sets, final]);
    }

    private static int? SlotOf(OpenFlowAction action) => action switch
    {
        StripVlanAction => 0,
        PopMplsTagAction => 1,
        DecapAction => 2,
        EncapEthernetAction => 3,
        PushMplsTagAction => 4,
        PushVlanTagAction => 5,
        DecTtlAction => 6,
        DecMplsTtlAction => 7,
        _ => null,
    };

    /// <summary>Those of which all count, in their order. What is none of these is not for an action set and does nothing there.</summary>
    private static bool IsSet(OpenFlowAction action) => action is SetFieldAction or LoadAction or MoveAction or SetEthAction
        or SetNwTosAction or SetNwEcnAction or SetNwTtlAction or SetNwAddressAction or SetTpPortAction or SetMplsLabelAction
        or SetMplsTcAction or SetMplsTtlAction or SetQueueAction or SetTunnelIdAction or SetVlanPcpAction or SetVlanVidAction;

    private static int? FinalRankOf(OpenFlowAction action) => action switch
    {
        ConnectionTrackAction => 0,
        ConnectionClearAction => 1,
        ResubmitAction => 2,
        OutputPortAction => 3,
        GroupAction => 4,
        _ => null,
    };

    private void ReportActionSet(string verb)
    {
        var actions = Order(_actionSet);
        _trace!.Note(actions.Count == 0 ? $"action set {verb} empty" : $"action set {verb}: {XlateTrace.Format(actions)}");
    }
}
