using System.Numerics;
using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>
/// A Bloom filter of flows, for rules of one table that look at the same headers: it says of a rule that it reaches no flow, or that it may
/// reach one. A rule and a flow miss each other if some bit that both look at differs; flows of one mask that meet a rule have thus, in the
/// bits that both look at, the rule's own value, and that is looked up. So it takes one look-up for each mask that flows have, whatever
/// their number. Flows that are gone stay in it, and what it says of them is "may".
/// </summary>
internal sealed class ReachFilter
{
    /// <summary>Flows of more masks than these are not told apart.</summary>
    private const int MaxMasks = 32;

    /// <summary>With two of them set, about one rule in seventy is taken to reach a flow and does not.</summary>
    private const int BitsPerFlow = 16;

    private readonly OpenFlowTable _table;
    private readonly ReachHeaders _ruleMask;
    private readonly List<ReachHeaders> _masks = [];
    private readonly ulong[] _bits;
    private readonly uint _last;
    private readonly int _capacity;
    private SharedMask? _recentMask;
    private int _recentPlace;
    private int _added;
    private bool _meetsAll;

    /// <param name="capacity">Flows that it is made for; with more it is full.</param>
    public ReachFilter(OpenFlowTable table, in ReachHeaders ruleMask, int capacity)
    {
        (_table, _ruleMask, _capacity) = (table, ruleMask, capacity);
        _bits = new ulong[BitOperations.RoundUpToPowerOf2((uint)(capacity * BitsPerFlow) / 64)];
        _last = (uint)(_bits.Length * 64) - 1;
    }

    public bool IsFull => _added > _capacity;

    /// <summary>Somebody wanted to know something of it since this was set to false.</summary>
    public bool WasAsked { get; set; } = true;

    public bool IsFor(in RuleReach rule) => rule.Table == _table && rule.Mask == _ruleMask;

    public void Add(InstalledFlow flow)
    {
        if (_meetsAll || !flow.Cache.Visits(_table)) return;
        _added++;
        var place = PlaceOf(flow.Match.SharedMask);
        if (flow.Cache.HasAlteredHeaders || place < 0)
        {
            _meetsAll = true;
            return;
        }

        var hash = (ReachHeaders.Of(flow.Match) & _masks[place]).Hash((ulong)place);
        Bit((uint)hash) |= 1UL << (int)(hash & 63);
        Bit((uint)(hash >> 32)) |= 1UL << (int)((hash >> 32) & 63);
    }

    /// <summary>False only if the rule reaches none of the flows added.</summary>
    public bool MayReach(in RuleReach rule)
    {
        if (_meetsAll) return true;
        for (var place = 0; place < _masks.Count; place++)
        {
            var hash = (rule.Value & _masks[place]).Hash((ulong)place);
            if ((Bit((uint)hash) >> (int)(hash & 63) & Bit((uint)(hash >> 32)) >> (int)((hash >> 32) & 63) & 1) != 0) return true;
        }

        return false;
    }

    private ref ulong Bit(uint number) => ref _bits[(number & _last) / 64];

    /// <summary>The place of the bits that rules and flows of this mask both look at; −1 when there are too many.</summary>
    private int PlaceOf(SharedMask mask)
    {
        if (ReferenceEquals(mask, _recentMask)) return _recentPlace;
        var both = _ruleMask & ReachHeaders.Of(ref mask.Mask.Bits);
        var place = _masks.IndexOf(both);
        if (place < 0 && _masks.Count < MaxMasks)
        {
            place = _masks.Count;
            _masks.Add(both);
        }

        (_recentMask, _recentPlace) = (mask, place);
        return place;
    }
}
