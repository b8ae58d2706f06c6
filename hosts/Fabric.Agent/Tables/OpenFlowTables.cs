using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// Everything that OpenFlow programs in a bridge: the tables 0 to 253, OVS's own table 254, groups and meters (OVS: <c>ofproto.c</c>).
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>TB1: a request that is refused changes nothing; a bundle that is refused at any of its parts changes nothing.</item>
/// <item>TB2: <see cref="Version"/> grows with every change that could alter a translation, and with no other.</item>
/// <item>TB3: every change of a rule is told once, by <see cref="RuleChanged"/>, when it is in force.</item>
/// <item>TB4: waiting for time-outs costs nothing per rule and tick.</item>
/// <item>TB5: rules refer to groups and meters that exist; when one of those goes, they go with it.</item>
/// </list>
/// </summary>
public sealed partial class OpenFlowTables
{
    /// <summary>Tables that controllers can use; 255 means "all" in requests.</summary>
    public const int TableCount = 254;

    /// <summary>OVS's own table: what a packet meets that no rule sent anywhere.</summary>
    public const byte InternalTable = 254;

    private const long EvictionRefreshMs = 1000;

    private readonly OpenFlowTable?[] _tables = new OpenFlowTable?[TableCount + 1];
    private readonly RuleClock _clock = new();
    private readonly Random _random;
    private readonly DatapathMeters _datapathMeters;
    private long _refreshedMs;

    /// <param name="seed">For the choice among equals when a full table evicts.</param>
    /// <param name="datapathMeters">Shared by the bridges of a datapath.</param>
    public OpenFlowTables(long nowMs = 0, int seed = 1, DatapathMeters? datapathMeters = null)
    {
        _random = new Random(seed);
        _datapathMeters = datapathMeters ?? new DatapathMeters();
        Groups = new GroupTable(this);
        Meters = new MeterTable(this, _datapathMeters);
        InternalRule[] rules = [.. InternalRule.All];
        foreach (var rule in rules) rule.AddTo(TableOf(InternalTable).Classifier, nowMs);
        MissRule = FindInternal(1);
        NoPacketInRule = FindInternal(2);
        DropFragmentsRule = FindInternal(3);
    }

    /// <summary>Each change of a rule, in order.</summary>
    public event Action<RuleEvent>? RuleChanged;

    /// <summary>A table passed a threshold of free space that a controller set: the table, and whether it went down.</summary>
    public event Action<OpenFlowTable, bool>? VacancyChanged;

    /// <summary>Property TB2.</summary>
    public long Version { get; private set; }

    /// <summary>Grows with those of them that <see cref="RuleChanged"/> does not tell of; also with some that were taken back.</summary>
    public long OtherVersion { get; private set; }

    public GroupTable Groups { get; }

    public MeterTable Meters { get; }

    /// <summary>Rules that controllers made.</summary>
    public int RuleCount { get; private set; }

    /// <summary>
    /// All rules that controllers made, by tables and in each in the order of <see cref="Classifier.Rules"/>, which is OVS's.
    /// </summary>
    public IEnumerable<OpenFlowRule> Rules =>
        _tables.Take(TableCount).Where(t => t is not null).SelectMany(t => t!.Classifier.Rules).Where(r => r != _hidden);

    /// <summary>The rules of table 254.</summary>
    public IEnumerable<OpenFlowRule> InternalRules => _tables[InternalTable]!.Classifier.Rules;

    /// <summary>A packet that no rule matched goes to the controller.</summary>
    public OpenFlowRule MissRule { get; }

    /// <summary>A packet that no rule matched is dropped.</summary>
    public OpenFlowRule NoPacketInRule { get; }

    /// <summary>A fragment where fragments are unwanted.</summary>
    public OpenFlowRule DropFragmentsRule { get; }

    public OpenFlowRule? Lookup(int table, ref OpenFlowKey key, ref OpenFlowKey consulted) =>
        _tables[table]?.Classifier.Lookup(ref key, ref consulted);

    /// <summary>A table by its number; 254 is the internal one.</summary>
    public OpenFlowTable Table(byte id) => TableOf(id);

    /// <summary>The rules that a request for statistics selects; 255 is all tables.</summary>
    public List<OpenFlowRule> Select(byte table, Match match, ulong cookie, ulong cookieMask, OfpPort? outPort, uint? outGroup)
    {
        var wanted = new FlowMod
        {
            Table = table, Match = match, Cookie = cookie, CookieMask = cookieMask, OutPort = outPort, OutGroup = outGroup,
        };
        return table == InternalTable ? FindInternal(wanted, isStrict: false) : FindLoose(wanted, outPort, outGroup);
    }

    /// <summary>Removes the rules whose time is up.</summary>
    public void Expire(long nowMs, List<OpenFlowRule> removed)
    {
        while (_clock.TakeExpired(nowMs, out var reason) is { } rule)
        {
            Remove(rule, reason, null);
            removed.Add(rule);
        }

        Commit();
        if (nowMs - _refreshedMs < EvictionRefreshMs) return;
        _refreshedMs = nowMs;
        foreach (var table in _tables) table?.RefreshEviction();
    }

    /// <summary>Takes everything away: rules, groups, meters (OVS: <c>ofproto_flush__</c> and the loss of a controller).</summary>
    public void Clear(List<OpenFlowRule>? removed = null)
    {
        RemoveRules([.. Rules], RuleRemovedReason.Delete, null, removed);
        Groups.TryApply(new GroupMod { Command = GroupCommand.Delete, GroupId = GroupMod.AllGroups }, 0, out _);
        Meters.Clear();
    }

    /// <summary>Takes on what the database says of a table; rules beyond a new limit are evicted where the policy allows.</summary>
    public void Configure(byte table, TableSettings settings)
    {
        if (table >= TableCount) return;
        var configured = TableOf(table);
        configured.Configure(settings);
        Version++;
        OtherVersion++;
        while (configured.Settings.FlowLimit is { } limit && configured.Count > limit && configured.ChooseToEvict() is { } rule)
            Remove(rule, RuleRemovedReason.Eviction, null);
        Commit();
    }

    /// <summary>What a controller says of a table or, with 255, of all of them (OVS: <c>table_mod</c>).</summary>
    public bool TryChange(byte table, TableChange change, out OpenFlowError error)
    {
        error = change.EvictionFlags is { } flags && flags != TableChange.SupportedEvictionFlags ? OpenFlowError.TmfcBadConfig
            : table == InternalTable ? OpenFlowError.TmfcEperm : OpenFlowError.None;
        if (error != OpenFlowError.None) return false;
        for (byte id = 0; id < TableCount; id++)
            if (table == id || table == FlowMod.AllTables) TableOf(id).Change(change);
        Version++;
        OtherVersion++;
        return true;
    }

    /// <summary>Lowers a rule's time-outs for good (<c>fin_timeout</c>).</summary>
    public void ReduceTimeouts(OpenFlowRule rule, ushort idleSeconds, ushort hardSeconds)
    {
        rule = rule.Latest;
        if (!rule.IsInstalled) return;
        var had = rule.HasTimeout;
        rule.ReduceTimeouts(idleSeconds, hardSeconds);
        _clock.Watch(rule);
        if (!had && rule.HasTimeout && rule.Table < TableCount) TableOf(rule.Table).Entered(rule);
    }

    private OpenFlowTable TableOf(byte id) => _tables[id] ??= new OpenFlowTable(id, _random);

    private OpenFlowRule FindInternal(uint register)
    {
        var key = default(OpenFlowKey);
        var mask = default(OpenFlowKey);
        key.Packet.RecircId = 1;
        key.SetRegister(0, register);
        return Lookup(InternalTable, ref key, ref mask)!;
    }
}
