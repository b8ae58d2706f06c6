using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// What packets of a flow cause beside their way: credit for rules and groups, addresses and rules kept alive, recirculation ids (OVS:
/// <c>ofproto-dpif-xlate-cache.c</c>). It stands for the translation's side effects, so packets that the datapath handled alone count as if
/// each had been translated.
/// </summary>
public sealed class XlateCache
{
    private const ushort EndOfConnection = 0x05; // FIN or RST

    private readonly List<OpenFlowRule> _rules = new(4);
    private List<(MacTable Macs, MacLesson Lesson)>? _addresses;
    private List<(OpenFlowTable Table, bool IsMatch)>? _lookups;
    private List<AgentMirror>? _mirrors;
    private List<BondBucket>? _buckets;
    private List<(AgentPort? From, AgentPort? To)>? _ports;
    private List<(AgentGroup Group, int? Bucket)>? _groups;
    private List<LearnedRule>? _learned;
    private List<(OpenFlowTables Tables, OpenFlowRule Rule, FinTimeoutAction Action)>? _finTimeouts;
    private List<RecircContext>? _recirculations;

    public IReadOnlyList<OpenFlowRule> Rules => _rules;

    /// <summary>Groups that the packets go through; with the place of the bucket when it is one.</summary>
    public IReadOnlyList<(AgentGroup Group, int? Bucket)> Groups => _groups ?? [];

    /// <summary>Recirculation ids in the actions, each held once for each time it is there.</summary>
    public IReadOnlyList<RecircContext> Recirculations => _recirculations ?? [];

    /// <summary>Nothing in it belongs to one flow alone or is yet to change, so that flows may keep one together.</summary>
    internal bool IsShareable => _learned is null && _recirculations is null;

    /// <summary>At some lookup the packet had other headers than it arrived with.</summary>
    internal bool HasAlteredHeaders { get; set; }

    /// <summary>Was a rule looked for in this table?</summary>
    internal bool Visits(OpenFlowTable table)
    {
        if (_lookups is null) return false;
        foreach (var (visited, _) in _lookups)
            if (visited == table) return true;
        return false;
    }

    /// <summary>Do rules reach flows of both alike?</summary>
    internal bool VisitsSameAs(XlateCache other)
    {
        if (HasAlteredHeaders != other.HasAlteredHeaders) return false;
        var ours = CollectionsMarshal.AsSpan(_lookups);
        var theirs = CollectionsMarshal.AsSpan(other._lookups);
        if (ours.Length != theirs.Length) return false;
        for (var i = 0; i < ours.Length; i++)
            if (ours[i].Table != theirs[i].Table) return false;
        return true;
    }

    internal void Add(OpenFlowRule rule) => _rules.Add(rule);

    internal void AddLookup(OpenFlowTable table, bool isMatch) => (_lookups ??= []).Add((table, isMatch));

    internal void Add(MacTable macs, in MacLesson lesson) => (_addresses ??= new(1)).Add((macs, lesson));

    internal void Add(AgentMirror mirror) => (_mirrors ??= []).Add(mirror);

    internal void Add(BondBucket bucket) => (_buckets ??= []).Add(bucket);

    internal void Add(RecircContext context) => (_recirculations ??= []).Add(context);

    internal void AddGroup(AgentGroup group, int? bucket) => (_groups ??= []).Add((group, bucket));

    internal void AddLearned(OpenFlowTables tables, FlowMod mod, uint limit) => (_learned ??= []).Add(new LearnedRule(tables, mod, limit));

    internal void AddFinTimeout(OpenFlowTables tables, OpenFlowRule rule, FinTimeoutAction action) =>
        (_finTimeouts ??= []).Add((tables, rule, action));

    /// <summary>The packet left one bridge by <paramref name="from"/> and entered another by <paramref name="to"/>.</summary>
    internal void AddPatch(AgentPort from, AgentPort to) => (_ports ??= []).Add((from, to));

    /// <summary>The packet came out of this tunnel.</summary>
    internal void AddTunnelInput(AgentPort tunnel) => (_ports ??= []).Add((null, tunnel));

    /// <summary>The packet went into this tunnel.</summary>
    internal void AddTunnelOutput(AgentPort tunnel) => (_ports ??= []).Add((tunnel, null));

    /// <summary>Credits statistics pulled from the datapath. Addresses are refreshed, never learned anew or moved.</summary>
    /// <param name="tcpFlags">All that the packets had.</param>
    /// <param name="toldMs">When the datapath told of them. Learned rules are as fresh as that, in OVS too.</param>
    public void Credit(long packets, long bytes, long usedMs, ushort tcpFlags = 0, long toldMs = 0)
    {
        if (packets == 0) return;
        Count(packets, bytes, usedMs, Math.Max(usedMs, toldMs));
        if (_addresses is not null)
            foreach (var (macs, lesson) in _addresses) macs.Touch(lesson.Vlan, lesson.Mac, lesson.Port, usedMs);
        if (_learned is not null)
            foreach (var learned in _learned) learned.Refresh(Math.Max(usedMs, toldMs));
        ReduceTimeouts(tcpFlags);
    }

    /// <summary>Does what a packet seen by the agent itself does: credits it, learns its address and the rules made from it.</summary>
    public void Apply(long packets, long bytes, long nowMs, ushort tcpFlags = 0)
    {
        Count(packets, bytes, nowMs, nowMs);
        if (_addresses is not null)
            foreach (var (macs, lesson) in _addresses) macs.Learn(in lesson, nowMs);
        if (_learned is not null)
            foreach (var learned in _learned) learned.Learn(nowMs);
        ReduceTimeouts(tcpFlags);
    }

    /// <summary>Of a shareable one that nobody keeps: makes it as new, with its lists' room.</summary>
    internal void Clear()
    {
        HasAlteredHeaders = false;
        _rules.Clear();
        _addresses?.Clear();
        _lookups?.Clear();
        _mirrors?.Clear();
        _buckets?.Clear();
        _ports?.Clear();
        _groups?.Clear();
        _finTimeouts?.Clear();
    }

    /// <summary>Equal where <see cref="HasSameContent"/>.</summary>
    internal int ContentHash()
    {
        var hash = new HashCode();
        foreach (var rule in _rules) hash.Add(RuntimeHelpers.GetHashCode(rule));
        if (_addresses is not null)
            foreach (var (_, lesson) in _addresses) hash.Add(lesson);
        return hash.ToHashCode();
    }

    /// <summary>Both credit and learn the same.</summary>
    internal bool HasSameContent(XlateCache other) =>
        IsShareable && other.IsShareable && HasAlteredHeaders == other.HasAlteredHeaders
        && AreSame(_rules, other._rules) && AreSame(_addresses, other._addresses)
        && AreSame(_lookups, other._lookups) && AreSame(_mirrors, other._mirrors) && AreSame(_buckets, other._buckets)
        && AreSame(_ports, other._ports) && AreSame(_groups, other._groups) && AreSame(_finTimeouts, other._finTimeouts);

    private static bool AreSame<T>(List<T>? one, List<T>? other) =>
        CollectionsMarshal.AsSpan(one).SequenceEqual(CollectionsMarshal.AsSpan(other));

    /// <summary>Nobody needs the ids of these actions any more.</summary>
    internal void Release(RecircContexts contexts, long nowMs)
    {
        if (_recirculations is null) return;
        foreach (var context in _recirculations) contexts.Release(context, nowMs);
        _recirculations = null;
    }

    private void ReduceTimeouts(ushort tcpFlags)
    {
        if (_finTimeouts is null || (tcpFlags & EndOfConnection) == 0) return;
        foreach (var (tables, rule, action) in _finTimeouts) tables.ReduceTimeouts(rule, action.IdleSeconds, action.HardSeconds);
    }

    private void Count(long packets, long bytes, long usedMs, long toldMs)
    {
        foreach (var rule in _rules) rule.Credit(packets, bytes, usedMs);
        if (_lookups is not null)
            foreach (var (table, isMatch) in _lookups) table.Credit(isMatch ? packets : 0, isMatch ? 0 : packets);
        if (_groups is not null)
            foreach (var (group, bucket) in _groups) group.Credit(bucket, packets, bytes);
        if (_mirrors is not null)
            foreach (var mirror in _mirrors) mirror.Credit(packets, bytes);
        if (_buckets is not null)
            foreach (var bucket in _buckets) bucket.TxBytes += bytes;
        if (_ports is null) return;
        foreach (var (from, to) in _ports)
        {
            from?.CreditTx(packets, bytes);
            to?.CreditRx(packets, bytes);
            to?.Bfd?.Account(toldMs);
        }
    }

    /// <summary>A rule that packets of the flow make, and the one that now stands for it.</summary>
    private sealed class LearnedRule(OpenFlowTables tables, FlowMod mod, uint limit)
    {
        private OpenFlowRule? _rule;

        public void Learn(long nowMs) => tables.TryLearn(mod, limit, nowMs, out _rule);

        public void Refresh(long nowMs)
        {
            if (_rule is null) Learn(nowMs);
            else _rule = tables.RefreshLearned(_rule, limit, nowMs);
        }
    }
}
