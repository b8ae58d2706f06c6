using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Requests to add, modify and delete rules.</summary>
public sealed partial class OpenFlowTables
{
    /// <summary>
    /// Does what the request asks, or nothing and says why. <paramref name="removed"/> gets the rules that left, those that were replaced
    /// by an add among them. <paramref name="requester"/> comes back in <see cref="RuleEvent.Requester"/>.
    /// </summary>
    public bool TryApply(
        FlowMod mod, long nowMs, List<OpenFlowRule>? removed, out OpenFlowError error, out string? reason, object? requester = null)
    {
        var start = _mutations.Count;
        error = Run(mod, nowMs, requester);
        reason = error == OpenFlowError.None ? null : Explain(error, mod);
        if (removed is not null)
            for (var i = start; i < _mutations.Count; i++)
                if (_mutations[i] is { Removed: { } old, IsModification: false }) removed.Add(old);
        if (_transactions == 0) Commit();
        return error == OpenFlowError.None;
    }

    /// <summary>The same, with a sentence for people instead of OpenFlow's error.</summary>
    public bool TryApply(FlowMod mod, long nowMs, List<OpenFlowRule>? removed, out string? reason) =>
        TryApply(mod, nowMs, removed, out _, out reason);

    private static string Explain(OpenFlowError error, FlowMod mod) => error switch
    {
        OpenFlowError.BrcBadTableId or OpenFlowError.BrcEperm =>
            $"table {mod.Table} does not exist for controllers; tables are 0 to {TableCount - 1}",
        OpenFlowError.FmfcOverlap => "the rule overlaps with one of the same priority",
        OpenFlowError.FmfcTableFull => $"table {mod.Table} is full",
        OpenFlowError.BacBadOutGroup => "the actions name a group that does not exist",
        OpenFlowError.MmfcInvalidMeter => "the actions name a meter that does not exist",
        _ => error.ToString(),
    };

    private OpenFlowError Run(FlowMod mod, long nowMs, object? requester)
    {
        switch (mod.Command)
        {
            case FlowModCommand.Add:
                return Add(mod, mod.Table == FlowMod.AllTables ? (byte)0 : mod.Table, nowMs, requester);
            case FlowModCommand.Modify or FlowModCommand.ModifyStrict:
                return Modify(mod, nowMs, requester);
            case FlowModCommand.Delete or FlowModCommand.DeleteStrict when mod.Table == InternalTable:
                var isThere = FindInternal(mod, mod.Command == FlowModCommand.DeleteStrict).Count > 0;
                return isThere ? OpenFlowError.BrcEperm : OpenFlowError.None;
            case FlowModCommand.Delete when TakesWhole(mod):
                for (var i = 0; i < TableCount; i++)
                    if (IsWanted(mod, i) && _tables[i] is { Count: > 0 } table) RemoveAll(table, requester);
                return OpenFlowError.None;
            default:
                var isStrict = mod.Command == FlowModCommand.DeleteStrict;
                foreach (var rule in isStrict ? FindStrict(mod, mod.OutPort, mod.OutGroup) : FindLoose(mod, mod.OutPort, mod.OutGroup))
                    Remove(rule, RuleRemovedReason.Delete, requester);
                return OpenFlowError.None;
        }
    }

    /// <summary>Is it a request for all rules of its tables that nothing has to be ready to take back?</summary>
    private bool TakesWhole(FlowMod mod)
    {
        var match = mod.Match;
        return _transactions == 0 && _hidden is null && mod.CookieMask == 0 && (mod.OutPort ?? OfpPort.None) == OfpPort.None
            && (mod.OutGroup ?? GroupMod.AnyGroup) == GroupMod.AnyGroup && MaskShape.Of(ref match.Mask).Count == 0;
    }

    private OpenFlowError Add(FlowMod mod, byte tableId, long nowMs, object? requester)
    {
        if (tableId == InternalTable) return OpenFlowError.BrcEperm;
        // Only OVS's own rules may be for packets that were in the datapath before; all others are for recirc_id 0 without saying so.
        if (mod.Match.Value.Packet.RecircId != 0) return OpenFlowError.BrcEperm;
        var error = RuleActions.Check(mod.Actions, this);
        if (error != OpenFlowError.None) return error;
        var table = TableOf(tableId);
        var old = table.Classifier.FindStrict(mod.Match, mod.Priority);
        if (old is null)
        {
            if (mod.Flags.HasFlag(FlowModFlags.CheckOverlap) && table.Classifier.FindOverlap(mod.Match, mod.Priority) is not null)
                return OpenFlowError.FmfcOverlap;
            if (table.IsFull)
            {
                if (table.ChooseToEvict() is not { } evicted) return OpenFlowError.FmfcTableFull;
                Remove(evicted, RuleRemovedReason.Eviction, requester);
            }
        }

        var rule = new OpenFlowRule(mod, mod.Match, tableId, mod.Priority, nowMs, _actions.Share(mod.Actions));
        if (old is not null) rule.Succeed(old, isAdd: true, changesCookie: true, !mod.Flags.HasFlag(FlowModFlags.ResetCounts));
        Apply(new TableMutation(rule, old, null, null, default, false, requester));
        return OpenFlowError.None;
    }

    private OpenFlowError Modify(FlowMod mod, long nowMs, object? requester)
    {
        if (mod.Table == InternalTable) return OpenFlowError.BrcEperm;
        var found = mod.Command == FlowModCommand.ModifyStrict ? FindStrict(mod, null, null) : FindLoose(mod, null, null);
        // Only where the protocol's modify carries a cookie for a new rule, and does not filter by one.
        var adds = (mod.ModifiesCookie || mod.NewCookie is not null) && mod.CookieMask == 0;
        mod = mod with { Cookie = mod.NewCookie ?? mod.Cookie };
        if (found.Count == 0)
        {
            if (!adds) return OpenFlowError.None;
            return Add(mod, mod.Table == FlowMod.AllTables ? (byte)0 : mod.Table, nowMs, requester);
        }

        var error = RuleActions.Check(mod.Actions, this);
        if (error != OpenFlowError.None) return error;
        var actions = _actions.Share(mod.Actions);
        foreach (var old in found)
        {
            var rule = new OpenFlowRule(mod, old.Match, old.Table, old.Priority, nowMs, actions);
            rule.Succeed(old, isAdd: false, mod.ModifiesCookie, !mod.Flags.HasFlag(FlowModFlags.ResetCounts));
            Apply(new TableMutation(rule, old, null, null, default, true, requester));
        }

        return OpenFlowError.None;
    }

    private List<OpenFlowRule> FindStrict(FlowMod mod, OfpPort? outPort, uint? outGroup)
    {
        var found = new List<OpenFlowRule>();
        for (var i = 0; i < TableCount; i++)
            if (IsWanted(mod, i) && _tables[i]?.Classifier.FindStrict(mod.Match, mod.Priority) is { } rule) found.Add(rule);
        return Filter(found, mod, outPort, outGroup);
    }

    /// <summary>Only those who name it see the internal table.</summary>
    private List<OpenFlowRule> FindInternal(FlowMod mod, bool isStrict) => Filter(
        [.. InternalRules.Where(r => isStrict ? r.Priority == mod.Priority && mod.Match.Equals(r.Match) : mod.Match.Covers(r.Match))],
        mod, mod.OutPort, mod.OutGroup);

    private List<OpenFlowRule> FindLoose(FlowMod mod, OfpPort? outPort, uint? outGroup)
    {
        if (mod.CookieMask == ulong.MaxValue && mod.Cookie != 0)
            return Filter(_cookies.Find(mod.Cookie).Where(r => IsWanted(mod, r.Table) && mod.Match.Covers(r.Match)).ToList(), mod, outPort,
                outGroup);
        var found = new List<OpenFlowRule>();
        for (var i = 0; i < TableCount; i++)
        {
            if (!IsWanted(mod, i) || _tables[i] is not { Count: > 0 } table) continue;
            var inTable = table.Classifier.FindLoose(mod.Match);
            if (_hidden is not null) inTable.Remove(_hidden);
            if (found.Count == 0) found = inTable;
            else found.AddRange(inTable);
        }

        return Filter(found, mod, outPort, outGroup);
    }

    private static bool IsWanted(FlowMod mod, int table) => mod.Table == FlowMod.AllTables || mod.Table == table;

    private static List<OpenFlowRule> Filter(List<OpenFlowRule> rules, FlowMod mod, OfpPort? outPort, uint? outGroup)
    {
        var port = outPort is { } p && p != OfpPort.None ? outPort : null;
        var group = outGroup is { } g && g != GroupMod.AnyGroup ? outGroup : null;
        if (mod.CookieMask == 0 && port is null && group is null) return rules;
        rules.RemoveAll(r => ((r.Cookie ^ mod.Cookie) & mod.CookieMask) != 0
            || (port is { } wanted && !RuleActions.OutputsTo(r.Actions, wanted))
            || (group is { } id && !RuleActions.OutputsToGroup(r.Actions, id)));
        return rules;
    }
}
