using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>What a rule's actions refer to, nested lists included (OVS: <c>OFPACT_FOR_EACH_FLATTENED</c>).</summary>
internal static class RuleActions
{
    /// <summary>Does a packet go out by this port? Only plainly written ports count (OVS: <c>ofpact_outputs_to_port</c>).</summary>
    public static bool OutputsTo(OpenFlowActions actions, OfpPort port)
    {
        foreach (var action in actions.Span)
        {
            var found = action switch
            {
                OutputPortAction output => output.Port == port,
                EnqueueAction enqueue => enqueue.Port == port,
                ControllerAction => port == OfpPort.Controller,
                _ => NestedIn(action) is { } nested && OutputsTo(nested, port),
            };
            if (found) return true;
        }

        return false;
    }

    public static bool OutputsToGroup(OpenFlowActions actions, uint group)
    {
        foreach (var action in actions.Span)
            if (action is GroupAction to ? to.GroupId == group : NestedIn(action) is { } nested && OutputsToGroup(nested, group))
                return true;
        return false;
    }

    /// <summary>Are the groups and meters there (OVS: <c>ofproto_check_ofpacts</c>)?</summary>
    public static OpenFlowError Check(OpenFlowActions actions, OpenFlowTables tables)
    {
        foreach (var action in actions.Span)
        {
            var error = action switch
            {
                ApplyMeterAction meter when tables.Meters.Find(meter.MeterId) is null => OpenFlowError.MmfcInvalidMeter,
                GroupAction group when tables.Groups.Find(group.GroupId) is null => OpenFlowError.BacBadOutGroup,
                _ => NestedIn(action) is { } nested ? Check(nested, tables) : OpenFlowError.None,
            };
            if (error != OpenFlowError.None) return error;
        }

        return OpenFlowError.None;
    }

    /// <summary>Tells groups and the meter that a rule uses them.</summary>
    public static void Attach(OpenFlowRule rule, OpenFlowTables tables)
    {
        AttachGroups(rule, rule.Actions, tables);
        MeterOf(rule, tables)?.Attach(rule);
    }

    public static void Detach(OpenFlowRule rule, OpenFlowTables tables)
    {
        DetachGroups(rule, rule.Actions, tables);
        MeterOf(rule, tables)?.Detach(rule);
    }

    private static void AttachGroups(OpenFlowRule rule, OpenFlowActions actions, OpenFlowTables tables)
    {
        foreach (var action in actions.Span)
        {
            if (action is GroupAction group) tables.Groups.Find(group.GroupId)?.Attach(rule);
            else if (NestedIn(action) is { } nested) AttachGroups(rule, nested, tables);
        }
    }

    private static void DetachGroups(OpenFlowRule rule, OpenFlowActions actions, OpenFlowTables tables)
    {
        foreach (var action in actions.Span)
        {
            if (action is GroupAction group) tables.Groups.Find(group.GroupId)?.Detach(rule);
            else if (NestedIn(action) is { } nested) DetachGroups(rule, nested, tables);
        }
    }

    private static AgentMeter? MeterOf(OpenFlowRule rule, OpenFlowTables tables)
    {
        foreach (var action in rule.Actions.Span)
            if (action is ApplyMeterAction meter) return tables.Meters.Find(meter.MeterId);
        return null;
    }

    private static OpenFlowActions? NestedIn(OpenFlowAction action) => action switch
    {
        WriteActionsAction write => write.Actions,
        CloneListAction clone => clone.Actions,
        ConnectionTrackAction track => track.Actions,
        _ => null,
    };
}
