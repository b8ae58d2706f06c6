namespace Fabric.OpenFlow;

/// <summary>
/// Actions that wait until a packet leaves the tables, as <c>write_actions</c> and buckets of groups collect them (OpenFlow 1.5 section
/// 5.6; OVS: <c>ofpacts_execute_action_set</c>).
/// </summary>
public static class ActionSet
{
    private const int SlotCount = 8;

    /// <summary>Can the action be part of a set?</summary>
    public static bool CanHold(OpenFlowAction action) => ActionNesting.IsForActionSet(action);

    /// <summary>
    /// The list that does what the set means: of each kind of action the last, in the specification's order, then all that set fields, in
    /// their own order, then one way out. Without a way out the set does nothing.
    /// </summary>
    public static OpenFlowActions InOrder(ReadOnlySpan<OpenFlowAction> set)
    {
        var slots = new OpenFlowAction?[SlotCount];
        var settings = new List<OpenFlowAction>();
        OpenFlowAction? last = null;
        foreach (var action in set)
        {
            var slot = SlotOf(action);
            if (slot >= 0) slots[slot] = action;
            else if (RankOf(action) is var rank and > 0)
            {
                if (last is null || rank >= RankOf(last)) last = action;
            }
            else if (CanHold(action)) settings.Add(action);
        }

        return last is null
            ? OpenFlowActions.Drop
            : new OpenFlowActions([.. slots.Where(a => a is not null).Cast<OpenFlowAction>(), .. settings, last]);
    }

    private static int SlotOf(OpenFlowAction action) => action switch
    {
        StripVlanAction => 0,
        PopMplsTagAction => 1,
        DecapAction => 2,
        EncapEthernetAction => 3,
        PushMplsTagAction => 4,
        PushVlanTagAction => 5,
        DecTtlAction => 6,
        DecMplsTtlAction => 7,
        _ => -1,
    };

    /// <summary>Of several ways out the one with the highest rank is taken, of equal ones the last; 0 is none.</summary>
    private static int RankOf(OpenFlowAction action) => action switch
    {
        ConnectionTrackAction => 1,
        ConnectionClearAction => 2,
        ResubmitAction => 3,
        OutputPortAction or ControllerAction { Form: ControllerForm.Output } => 4,
        GroupAction => 5,
        _ => 0,
    };
}
