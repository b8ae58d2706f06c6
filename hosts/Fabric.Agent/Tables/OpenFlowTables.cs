using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>The tables 0 to 253 of a bridge. <see cref="Version"/> grows with every change that could alter a translation.</summary>
public sealed class OpenFlowTables
{
    /// <summary>Table 254 is OVS's own; 255 means "all" in requests.</summary>
    public const int TableCount = 254;

    private readonly Classifier?[] _tables = new Classifier?[TableCount];

    public long Version { get; private set; }

    public int RuleCount => _tables.Sum(t => t?.Count ?? 0);

    /// <summary>All rules in the order of <c>ovs-ofctl dump-flows</c> sorted by table and falling priority.</summary>
    public IEnumerable<OpenFlowRule> Rules =>
        _tables.Where(t => t is not null).SelectMany(t => t!.Rules.OrderByDescending(r => r.Priority).ThenBy(r => r.CreatedMs));

    public OpenFlowRule? Lookup(int table, ref OpenFlowKey key, ref OpenFlowKey consulted) =>
        _tables[table]?.Lookup(ref key, ref consulted);

    /// <summary>
    /// Does what the request asks; false with the reason when OpenFlow forbids it. <paramref name="removed"/> tells which rules left.
    /// </summary>
    public bool TryApply(FlowMod mod, long nowMs, List<OpenFlowRule>? removed, out string? error)
    {
        error = null;
        switch (mod.Command)
        {
            case FlowModCommand.Add:
                return TryAdd(mod, nowMs, removed, out error);
            case FlowModCommand.Modify or FlowModCommand.ModifyStrict:
                var matching = Find(mod, mod.Command == FlowModCommand.ModifyStrict);
                foreach (var rule in matching) rule.Modify(mod, nowMs);
                if (matching.Count > 0) Version++;
                // As in OVS and OpenFlow 1.0: a modify that finds nothing adds, unless it filters by cookie.
                return matching.Count > 0 || mod.CookieMask != 0
                    || TryAdd(mod with { Command = FlowModCommand.Add }, nowMs, removed, out error);
            default:
                foreach (var rule in Find(mod, mod.Command == FlowModCommand.DeleteStrict)) Remove(rule, removed);
                return true;
        }
    }

    /// <summary>Removes the rules whose time is up.</summary>
    public void Expire(long nowMs, List<OpenFlowRule> removed)
    {
        foreach (var rule in Rules.ToArray())
        {
            var idle = rule.Mod.IdleTimeoutSeconds != 0 && nowMs - rule.UsedMs >= rule.Mod.IdleTimeoutSeconds * 1000L;
            var hard = rule.Mod.HardTimeoutSeconds != 0 && nowMs - rule.ModifiedMs >= rule.Mod.HardTimeoutSeconds * 1000L;
            if (idle || hard) Remove(rule, removed);
        }
    }

    public void Clear(List<OpenFlowRule>? removed = null)
    {
        foreach (var rule in Rules.ToArray()) Remove(rule, removed);
    }

    private bool TryAdd(FlowMod mod, long nowMs, List<OpenFlowRule>? removed, out string? error)
    {
        error = mod.Table >= TableCount ? $"table {mod.Table} does not exist; tables are 0 to {TableCount - 1}" : null;
        if (error is not null) return false;
        var table = _tables[mod.Table] ??= new Classifier();
        if (mod.Flags.HasFlag(FlowModFlags.CheckOverlap) && table.FindOverlap(mod.Match, mod.Priority) is { } overlapping
            && table.FindStrict(mod.Match, mod.Priority) is null)
        {
            error = $"the rule overlaps with one of the same priority: {overlapping}";
            return false;
        }

        var displaced = table.Insert(new OpenFlowRule(mod, nowMs));
        if (displaced is not null) removed?.Add(displaced);
        Version++;
        return true;
    }

    private List<OpenFlowRule> Find(FlowMod mod, bool strict)
    {
        var found = new List<OpenFlowRule>();
        for (var i = 0; i < TableCount; i++)
        {
            if (_tables[i] is not { } table || (mod.Table != FlowMod.AllTables && mod.Table != i)) continue;
            if (!strict) found.AddRange(table.FindLoose(mod.Match));
            else if (table.FindStrict(mod.Match, mod.Priority) is { } rule) found.Add(rule);
        }

        found.RemoveAll(r => (r.Mod.Cookie & mod.CookieMask) != (mod.Cookie & mod.CookieMask)
            || (mod.OutPort is { } port && !r.Mod.Actions.Any(a => a is OutputPortAction o && o.Port == port)));
        return found;
    }

    private void Remove(OpenFlowRule rule, List<OpenFlowRule>? removed)
    {
        if (_tables[rule.Table]?.Remove(rule) != true) return;
        removed?.Add(rule);
        Version++;
    }
}
