using System.Numerics;
using Fabric.Flow;
using Fabric.OpenFlow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>
/// The rules of one mask. One hash table for the whole mask, and one multiset of hashes per stage before the last: when no rule has a
/// packet's hash at a stage, none can match it, and the later stages need not be looked at (property C3 of <see cref="Classifier"/>).
/// </summary>
internal sealed class Subtable
{
    /// <summary>
    /// Fields of each stage, as OVS divides them (<c>flow.h</c>, <c>FLOW_SEGMENT_*</c>): metadata and ports; Ethernet and VLAN; network;
    /// transport.
    /// </summary>
    private static readonly OpenFlowKey[] StageBits = MakeStages();

    private readonly Dictionary<uint, OpenFlowRule[]> _rules = [];
    private readonly SortedDictionary<int, int> _priorities = [];

    /// <summary>Non-empty stages of the mask, all but the last with the hashes present.</summary>
    private readonly List<Stage> _stages = [];
    private OpenFlowKey _mask;
    private readonly uint _sections;

    public Subtable(ref OpenFlowKey mask)
    {
        _mask = mask;
        _sections = OpenFlowKey.UsedSections(ref mask);
        foreach (ref var bits in StageBits.AsSpan())
        {
            OpenFlowKey.And(ref mask, ref bits, out var part);
            var sections = OpenFlowKey.UsedSections(ref part);
            if (sections != 0) _stages.Add(new Stage(part, sections));
        }
    }

    public int Count { get; private set; }

    public int MaxPriority { get; private set; }

    public IEnumerable<OpenFlowRule> Rules => _rules.Values.SelectMany(r => r);

    public OpenFlowRule? Lookup(ref OpenFlowKey key, ref OpenFlowKey consulted)
    {
        for (var i = 0; i < _stages.Count; i++)
        {
            var stage = _stages[i];
            consulted.Unite(ref stage.Mask, stage.Sections);
            if (i < _stages.Count - 1 && !stage.Hashes.ContainsKey(OpenFlowKey.HashMasked(ref key, ref stage.Mask, stage.Sections)))
                return null;
        }

        if (!_rules.TryGetValue(OpenFlowKey.HashMasked(ref key, ref _mask, _sections), out var chain)) return null;
        foreach (var rule in chain)
            if (OpenFlowKey.Matches(ref key, ref _mask, ref rule.Match.Value, _sections)) return rule;
        return null;
    }

    public OpenFlowRule? Find(Match match, int priority) =>
        _rules.TryGetValue(HashOf(match), out var chain) ? Array.Find(chain, r => r.Priority == priority && r.Match.Equals(match)) : null;

    public OpenFlowRule? Insert(OpenFlowRule rule)
    {
        var displaced = Find(rule.Match, rule.Priority);
        if (displaced is not null) Remove(displaced);
        var hash = HashOf(rule.Match);
        // Highest priority first, so the first equal value is the answer.
        _rules[hash] = _rules.TryGetValue(hash, out var chain) ? [.. chain.Append(rule).OrderByDescending(r => r.Priority)] : [rule];
        foreach (var stage in _stages) stage.Add(rule.Match, 1);
        _priorities[rule.Priority] = _priorities.GetValueOrDefault(rule.Priority) + 1;
        MaxPriority = Math.Max(Count == 0 ? 0 : MaxPriority, rule.Priority);
        Count++;
        return displaced;
    }

    public bool Remove(OpenFlowRule rule)
    {
        var hash = HashOf(rule.Match);
        if (!_rules.TryGetValue(hash, out var chain) || Array.IndexOf(chain, rule) < 0) return false;
        var rest = Array.FindAll(chain, r => r != rule);
        if (rest.Length == 0) _rules.Remove(hash);
        else _rules[hash] = rest;
        foreach (var stage in _stages) stage.Add(rule.Match, -1);
        if (--_priorities[rule.Priority] == 0) _priorities.Remove(rule.Priority);
        Count--;
        MaxPriority = Count == 0 ? 0 : _priorities.Keys.Max();
        return true;
    }

    private uint HashOf(Match match) => OpenFlowKey.HashMasked(ref match.Value, ref _mask, _sections);

    private static OpenFlowKey[] MakeStages()
    {
        var stages = new OpenFlowKey[4];
        OpenFlowField[][] fields =
        [
            [],
            [F.EthSource, F.EthDestination, F.EthType, F.VlanTci],
            [F.NwSource, F.NwDestination, F.NwProto, F.Tos, F.NwTtl, F.Fragment, F.Ipv6Source, F.Ipv6Destination, F.Ipv6Label, F.Mpls,
                F.NdTarget, F.ArpSha],
            [F.TpSource, F.TpDestination, F.TcpFlagBits, F.ArpTha],
        ];
        for (var stage = 0; stage < fields.Length; stage++)
            foreach (var field in fields[stage]) OpenFlowKey.AllBytes(ref stages[stage]).Slice(field.Offset, field.Size).Fill(0xff);

        // All the rest (ports, registers, tunnel, odds and ends) is the first stage.
        var first = OpenFlowKey.AllBytes(ref stages[0]);
        var l2 = OpenFlowKey.AllBytes(ref stages[1]);
        var l3 = OpenFlowKey.AllBytes(ref stages[2]);
        var l4 = OpenFlowKey.AllBytes(ref stages[3]);
        for (var i = 0; i < first.Length; i++)
            if ((l2[i] | l3[i] | l4[i]) == 0) first[i] = 0xff;
        return stages;
    }

    private sealed class Stage(OpenFlowKey mask, uint sections)
    {
        public readonly Dictionary<uint, int> Hashes = [];
        public OpenFlowKey Mask = mask;

        public uint Sections { get; } = sections;

        public void Add(Match match, int change)
        {
            var hash = OpenFlowKey.HashMasked(ref match.Value, ref Mask, Sections);
            var count = Hashes.GetValueOrDefault(hash) + change;
            if (count == 0) Hashes.Remove(hash);
            else Hashes[hash] = count;
        }
    }
}
