using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>What changed in one bridge since it was last written down.</summary>
internal sealed class BridgeChanges : IDisposable
{
    private readonly Guid _row;
    private readonly Action _changed;
    private readonly List<(OpenFlowRule Rule, bool IsRemoved)> _rules = [];
    private Dictionary<uint, AgentGroup> _groups = [];
    private Dictionary<uint, MeterMod> _meters = [];
    private TunnelOptionMap _options = TunnelOptionMap.Empty;
    private bool _hasOthers;

    public BridgeChanges(Guid row, AgentBridge bridge, bool isSaved, Action changed)
    {
        (_row, Bridge, _changed) = (row, bridge, changed);
        bridge.Tables.RuleChanged += OnRule;
        if (isSaved)
        {
            Remember();
            return;
        }

        foreach (var rule in bridge.Tables.Rules) _rules.Add((rule, false));
        Look();
    }

    public AgentBridge Bridge { get; }

    public bool HasChanges => _rules.Count > 0 || _hasOthers;

    private OpenFlowTables Tables => Bridge.Tables;

    public bool Look()
    {
        if (_hasOthers) return false;
        return _hasOthers = !ReferenceEquals(_options, Bridge.TunnelOptions) || IsChangedGroup() || IsChangedMeter();
    }

    public void Take(List<byte> log)
    {
        Look();
        // Rules may refer to options, groups and meters; what they refer to comes before them and goes after.
        if (_hasOthers) TakeOthers(log);
        foreach (var (rule, isRemoved) in _rules) Append(log, rule.Mod, isRemoved);
        _rules.Clear();
        Remember();
    }

    /// <summary>A function that writes all that there is now, touching nothing that changes.</summary>
    public Action<List<byte>> Snapshot()
    {
        var (options, groups, meters) = (Bridge.TunnelOptions, Tables.Groups.Groups.ToArray(), MeterMods().ToArray());
        var rules = Tables.Rules.Select(rule => rule.Mod).ToArray();
        return log =>
        {
            RuleRecord.Append(log, _row, []);
            AppendOptions(log, options);
            foreach (var meter in meters) Append(log, new MeterModMessage(meter), options);
            foreach (var group in groups) Append(log, new GroupModMessage(ModOf(group)), options);
            foreach (var rule in rules) Append(log, new FlowModMessage(rule), options);
        };
    }

    public void Dispose() => Tables.RuleChanged -= OnRule;

    private void OnRule(RuleEvent happened)
    {
        if (happened.Rule.Priority > ushort.MaxValue || happened.Rule.Table >= OpenFlowTables.TableCount) return;
        _rules.Add((happened.Rule, happened.Kind == RuleEventKind.Removed));
        _changed();
    }

    private bool IsChangedGroup() =>
        Tables.Groups.Count != _groups.Count || Tables.Groups.Groups.Any(g => _groups.GetValueOrDefault(g.Id) != g);

    private bool IsChangedMeter() =>
        Tables.Meters.Count != _meters.Count || MeterMods().Any(m => !IsSame(_meters.GetValueOrDefault(m.MeterId), m));

    private void TakeOthers(List<byte> log)
    {
        if (!ReferenceEquals(_options, Bridge.TunnelOptions)) AppendOptions(log, Bridge.TunnelOptions);
        foreach (var id in _meters.Keys.Where(id => Tables.Meters.Find(id) is null))
            Append(log, new MeterModMessage(new MeterMod(MeterCommand.Delete, id)), Bridge.TunnelOptions);
        foreach (var meter in MeterMods())
            if (!IsSame(_meters.GetValueOrDefault(meter.MeterId), meter)) Append(log, new MeterModMessage(meter), Bridge.TunnelOptions);
        foreach (var id in _groups.Keys.Where(id => Tables.Groups.Find(id) is null))
            Append(log, new GroupModMessage(new GroupMod { Command = GroupCommand.Delete, GroupId = id }), Bridge.TunnelOptions);
        foreach (var group in Tables.Groups.Groups)
            if (_groups.GetValueOrDefault(group.Id) != group) Append(log, new GroupModMessage(ModOf(group)), Bridge.TunnelOptions);
    }

    private void Remember()
    {
        (_options, _hasOthers) = (Bridge.TunnelOptions, false);
        _groups = Tables.Groups.Groups.ToDictionary(g => g.Id);
        _meters = MeterMods().ToDictionary(m => m.MeterId);
    }

    private void Append(List<byte> log, FlowMod mod, bool isRemoved) => Append(
        log, new FlowModMessage(isRemoved ? mod with { Command = FlowModCommand.DeleteStrict, Actions = OpenFlowActions.Drop } : mod),
        Bridge.TunnelOptions);

    private void AppendOptions(List<byte> log, TunnelOptionMap options)
    {
        Append(log, new TlvTableMod(TunnelOptionCommand.Clear, []), options);
        if (options.Mappings.Count > 0) Append(log, new TlvTableMod(TunnelOptionCommand.Add, [.. options.Mappings]), options);
    }

    private void Append(List<byte> log, OpenFlowMessage message, TunnelOptionMap options) =>
        RuleRecord.Append(log, _row, MessageCodec.Encode(message, RuleRecord.Version, new CodecContext(options)));

    private IEnumerable<MeterMod> MeterMods() => Tables.Meters.Meters.Select(meter =>
        new MeterMod(MeterCommand.Add, meter.Id) { Flags = meter.Flags, Bands = meter.Bands });

    private static GroupMod ModOf(AgentGroup group) => new()
    {
        Command = GroupCommand.AddOrModify, GroupId = group.Id, Type = group.Type, Properties = group.Properties,
        // A weight that an inserted bucket brought into a group without weights means nothing, and is not one that a request may give.
        Buckets = group.Type == GroupType.Select ? group.Buckets : [.. group.Buckets.Select(bucket => bucket with { Weight = 0 })],
    };

    private static bool IsSame(MeterMod? one, MeterMod other) =>
        one is not null && one.Flags == other.Flags && one.Bands.SequenceEqual(other.Bands);
}
