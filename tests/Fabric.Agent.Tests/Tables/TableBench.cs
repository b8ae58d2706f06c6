using Fabric.OpenFlow;

namespace Fabric.Agent.Tests;

/// <summary>Tables, with requests written as ovs-ofctl reads them, and what they told.</summary>
internal sealed class TableBench
{
    public TableBench() => Tables.RuleChanged += Events.Add;

    public OpenFlowTables Tables { get; } = new();

    public List<RuleEvent> Events { get; } = [];

    public long NowMs { get; set; } = 1000;

    public static FlowMod Parse(string text, FlowModCommand command = FlowModCommand.Add)
    {
        var isDelete = command is FlowModCommand.Delete or FlowModCommand.DeleteStrict;
        FlowMod? mod;
        string? error;
        if (isDelete) Assert.True(
            RuleText.TryParseDelete(text, NoOpenFlowPorts.Instance, command == FlowModCommand.DeleteStrict, out mod, out error), error);
        else Assert.True(RuleText.TryParse(text, NoOpenFlowPorts.Instance, out mod, out error), error);
        return mod! with { Command = command };
    }

    public OpenFlowError Try(string text, FlowModCommand command = FlowModCommand.Add, bool modifiesCookie = false)
    {
        Tables.TryApply(Parse(text, command) with { ModifiesCookie = modifiesCookie }, NowMs, null, out var error, out _);
        return error;
    }

    public TableBench Add(params string[] rules)
    {
        foreach (var rule in rules) Assert.Equal(OpenFlowError.None, Try(rule));
        return this;
    }

    public OpenFlowError TryGroup(GroupMod mod)
    {
        Tables.Groups.TryApply(mod, NowMs, out var error);
        return error;
    }

    public OpenFlowError TryMeter(MeterMod mod)
    {
        Tables.Meters.TryApply(mod, NowMs, out var error);
        return error;
    }

    public OpenFlowRule Rule(string text)
    {
        var mod = Parse(text);
        return Tables.Rules.Single(r => r.Table == mod.Table && r.Priority == mod.Priority && r.Match.Equals(mod.Match));
    }

    public IEnumerable<string> RuleTexts => Tables.Rules.Select(r => r.ToString());

    /// <summary>Everything that a request can change, in its order, counters included.</summary>
    public string Snapshot()
    {
        var rules = Tables.Rules.Select(r =>
            $"{r} cookie={r.Cookie} n={r.Packets} used={r.UsedMs} modified={r.ModifiedMs} created={r.CreatedMs} in={r.IsInstalled}");
        var groups = Tables.Groups.Groups.Select(g =>
            $"{g.Id} {g.Type} {string.Join(';', g.Buckets)} n={g.Packets} rules={g.RuleCount} modified={g.ModifiedMs}");
        var meters = Tables.Meters.Meters.Select(m => $"{m.Id} rules={m.RuleCount}");
        return string.Join('\n', rules.Concat(groups).Concat(meters).Append($"{Tables.RuleCount} rules, version {Tables.Version}"));
    }
}
