using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>A bridge's tables as controllers see and set them, the hidden one left out.</summary>
public sealed class SwitchTables
{
    /// <summary>What OVS says of a table without a limit.</summary>
    private const uint MaxEntries = 1_000_000;

    /// <summary>Instructions of OpenFlow 1.3: goto_table is 1, meter 6.</summary>
    private const uint GotoTable = 1 << 1;

    private const uint AllInstructions = 0x7e;

    private const uint Meter = 1 << 6;

    private static readonly FieldSet Matchable = new(OpenFlowFields.All.Where(HasCode));
    private static readonly FieldSet Maskable = new(OpenFlowFields.All.Where(f => HasCode(f) && f.IsMaskable));
    private static readonly FieldSet Writable = new(OpenFlowFields.All.Where(f => HasCode(f) && f.IsWritable));

    private readonly AgentBridge _bridge;
    private readonly string?[] _names = new string?[OpenFlowTables.TableCount];

    internal SwitchTables(AgentBridge bridge) => _bridge = bridge;

    private IEnumerable<OpenFlowTable> All => Enumerable.Range(0, OpenFlowTables.TableCount).Select(i => _bridge.Tables.Table((byte)i));

    /// <summary>The name of the database, or the one that a controller gave.</summary>
    public string? NameOf(OpenFlowTable table) => table.Settings.Name ?? _names[table.Id];

    public IReadOnlyList<TableStatistics> Statistics(OpenFlowVersion version) =>
        [.. All.Select(t => new TableStatistics(t.Id, (uint)t.Count, (ulong)(t.MatchedCount + t.MissedCount), (ulong)t.MatchedCount)
        {
            Features = version < OpenFlowVersion.V13 ? Features(t, version) : null,
        })];

    public IReadOnlyList<TableFeatures> Features(OpenFlowVersion version) => [.. All.Select(t => Features(t, version))];

    /// <summary>What OVS answers for "every action": bit n is action number n of the version.</summary>
    internal static uint ActionsOf(OpenFlowVersion version) => version switch
    {
        OpenFlowVersion.V10 => 0xfff,
        OpenFlowVersion.V11 => 0x1ffe7ff,
        _ => 1 | (0x7ff << 15),
    };

    public IReadOnlyList<TableDescription> Descriptions() => [.. All.Select(Describe)];

    internal bool TryApply(TableMod mod, out OpenFlowError error) => _bridge.Tables.TryChange(mod.Table, new TableChange
    {
        Miss = mod.Miss == TableMissBehaviour.Default ? null : (TableMiss)mod.Miss,
        HasEviction = mod.Evicts,
        EvictionFlags = mod.EvictionFlags,
        HasVacancyEvents = mod.SendsVacancyEvents,
        VacancyDown = mod.Vacancy.Down,
        VacancyUp = mod.Vacancy.Up,
    }, out error);

    /// <summary>
    /// Controllers may name tables; all else of their features is as it is, and asking for less is granted by changing nothing (OVS:
    /// <c>handle_table_features_change</c>).
    /// </summary>
    internal OpenFlowError TryApply(IReadOnlyList<TableFeatures> changes, OpenFlowVersion version)
    {
        const int Hidden = OpenFlowTables.TableCount;
        var wanted = new TableFeatures?[FlowMod.AllTables + 1];
        foreach (var change in changes)
        {
            if (wanted[change.Table] is not null) return OpenFlowError.NxtffcDupTable;
            wanted[change.Table] = change;
        }

        if (wanted[Hidden] is not null) return OpenFlowError.TffcEperm;
        var isModify = changes[0].Command == 1;
        if (changes[0].Command > 1) return OpenFlowError.TffcEperm;
        var old = Features(version);
        for (var i = 0; i < Hidden; i++)
        {
            if (wanted[i] is null && !isModify) return OpenFlowError.TffcEperm;
            if (wanted[i] is { HasProperties: false } bare && isModify) wanted[i] = WithProperties(bare, old[i]);
        }

        if (wanted[FlowMod.AllTables] is not null) return OpenFlowError.TffcEperm;
        foreach (var table in wanted.OfType<TableFeatures>())
        {
            if (table.MaxEntries != old[table.Table].MaxEntries) return OpenFlowError.TffcEperm;
            if (_bridge.Tables.Table(table.Table).Settings.Name is { } fixedName && table.Name != fixedName) return OpenFlowError.TffcEperm;
            if (!IsWithin(table, old[table.Table])) return OpenFlowError.TffcEperm;
        }

        // A name that the database gives is not the controller's, even if it sends it back.
        foreach (var table in wanted.OfType<TableFeatures>())
            if (_bridge.Tables.Table(table.Table).Settings.Name is null) _names[table.Table] = table.Name.Length == 0 ? null : table.Name;
        return OpenFlowError.None;
    }

    private static TableFeatures WithProperties(TableFeatures table, TableFeatures from) => table with
    {
        HasProperties = true, Rules = from.Rules, MissRule = from.MissRule, Match = from.Match, Mask = from.Mask, Wildcard = from.Wildcard,
    };

    /// <summary>OVS: <c>ofputil_table_features_are_superset</c>.</summary>
    private static bool IsWithin(TableFeatures table, TableFeatures limit) =>
        !table.SupportsEviction && !table.SupportsVacancyEvents
        && (table.MetadataMatch & ~limit.MetadataMatch) == 0 && (table.MetadataWrite & ~limit.MetadataWrite) == 0
        && (!table.HasProperties || (IsWithin(table.Rules, limit.Rules) && IsWithin(table.MissRule, limit.MissRule)
            && table.Match.All(limit.Match.Contains) && table.Mask.All(limit.Mask.Contains)
            && table.Wildcard.All(limit.Wildcard.Contains)));

    private static bool IsWithin(TableInstructionFeatures features, TableInstructionFeatures limit) =>
        (features.Instructions & ~limit.Instructions) == 0 && features.NextTables.Tables().All(limit.NextTables.Contains)
        && IsWithin(features.Write, limit.Write) && IsWithin(features.Apply, limit.Apply);

    private static bool IsWithin(TableActionFeatures features, TableActionFeatures limit) =>
        (features.Actions & ~limit.Actions) == 0 && features.SetFields.All(limit.SetFields.Contains);

    private TableFeatures Features(OpenFlowTable table, OpenFlowVersion version)
    {
        const int Last = OpenFlowTables.TableCount - 1;
        // In OpenFlow 1.5 a meter is an action.
        var known = version is OpenFlowVersion.V13 or OpenFlowVersion.V14 ? AllInstructions : AllInstructions & ~Meter;
        var actions = new TableActionFeatures(ActionsOf(version), Writable);
        var instructions = new TableInstructionFeatures(
            table.Id == Last ? known & ~GotoTable : known, TableSet.Range(table.Id + 1, Last), actions, actions);
        return new TableFeatures(table.Id, NameOf(table) ?? "")
        {
            MaxEntries = Math.Min(MaxEntries, table.Settings.FlowLimit ?? MaxEntries),
            Miss = (TableMissBehaviour)table.Miss,
            SupportsEviction = false,
            SupportsVacancyEvents = false,
            Rules = instructions,
            MissRule = instructions,
            Match = Matchable,
            Wildcard = Matchable,
            Mask = Maskable,
        };
    }

    /// <summary>Fields without one exist in text only.</summary>
    private static bool HasCode(OpenFlowField field) => field.ExtendedNames.Length > 0;

    internal static TableDescription Describe(OpenFlowTable table) => new(table.Id)
    {
        Evicts = table.HasControllerEviction,
        EvictionFlags = TableChange.SupportedEvictionFlags,
        SendsVacancyEvents = table.HasVacancyEvents,
        Vacancy = table.HasVacancyEvents ? new TableVacancy(table.VacancyDown, table.VacancyUp, table.Vacancy) : default,
    };
}
