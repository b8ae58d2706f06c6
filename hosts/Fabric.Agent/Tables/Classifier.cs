using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// Finds the rule with the highest priority that matches a packet, and says which bits of the packet that answer depends on (OVS:
/// <c>lib/classifier.c</c>, tuple space search). Rules with the same mask share a subtable, which is one hash probe; subtables are walked
/// in
/// order of their highest priority and the walk ends when nothing better can follow.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>C1: the answer is that of comparing the packet with every rule.</item>
/// <item>C2: a packet that agrees in all un-wildcarded bits gets the same answer. Every bit a subtable compared is added to the mask, also
/// when
/// the subtable did not match.</item>
/// <item>C3: a subtable is left at the first stage (metadata, L2, L3, L4) at which no rule of it agrees; the bits of later stages then stay
/// wildcarded.</item>
/// <item>C4: no two rules have the same match and priority.</item>
/// </list>
/// <para>Among rules of equal priority that match the same packet the earlier subtable wins; OpenFlow leaves that case undefined.
/// Not modelled: prefix tries (OVS narrows the un-wildcarded bits of addresses further with them).</para>
/// </summary>
public sealed class Classifier
{
    private readonly Dictionary<OpenFlowKey, Subtable> _byMask = [];
    private readonly List<Subtable> _ordered = [];

    public int Count { get; private set; }

    public int SubtableCount => _ordered.Count;

    public IEnumerable<OpenFlowRule> Rules => _ordered.SelectMany(s => s.Rules);

    /// <summary>The best rule or null. The bits consulted are added to <paramref name="consulted"/>.</summary>
    public OpenFlowRule? Lookup(ref OpenFlowKey key, ref OpenFlowKey consulted)
    {
        OpenFlowRule? best = null;
        foreach (var subtable in _ordered)
        {
            if (best is not null && best.Priority >= subtable.MaxPriority) break;
            var found = subtable.Lookup(ref key, ref consulted);
            if (found is not null && (best is null || found.Priority > best.Priority)) best = found;
        }

        return best;
    }

    /// <summary>The rule with exactly this match and priority.</summary>
    public OpenFlowRule? FindStrict(Match match, int priority) =>
        _byMask.TryGetValue(match.Mask, out var subtable) ? subtable.Find(match, priority) : null;

    /// <summary>All rules that <paramref name="match"/> covers.</summary>
    public List<OpenFlowRule> FindLoose(Match match)
    {
        var found = new List<OpenFlowRule>();
        foreach (var subtable in _ordered)
            foreach (var rule in subtable.Rules)
                if (match.Covers(rule.Match)) found.Add(rule);
        return found;
    }

    /// <summary>A rule of the same priority that some packet would match as well.</summary>
    public OpenFlowRule? FindOverlap(Match match, int priority) =>
        _ordered.SelectMany(s => s.Rules).FirstOrDefault(r => r.Priority == priority && r.Match.Overlaps(match));

    /// <summary>Puts a rule in. One with the same match and priority is taken out and returned.</summary>
    public OpenFlowRule? Insert(OpenFlowRule rule)
    {
        if (!_byMask.TryGetValue(rule.Match.Mask, out var subtable))
        {
            subtable = new Subtable(ref rule.Match.Mask);
            _byMask.Add(rule.Match.Mask, subtable);
            _ordered.Add(subtable);
        }

        var displaced = subtable.Insert(rule);
        if (displaced is null) Count++;
        else displaced.IsInstalled = false;
        rule.IsInstalled = true;
        Sort();
        return displaced;
    }

    public bool Remove(OpenFlowRule rule)
    {
        if (!_byMask.TryGetValue(rule.Match.Mask, out var subtable) || !subtable.Remove(rule)) return false;
        Count--;
        rule.IsInstalled = false;
        if (subtable.Count == 0)
        {
            _byMask.Remove(rule.Match.Mask);
            _ordered.Remove(subtable);
        }

        Sort();
        return true;
    }

    /// <summary>Insertion sort: the list is sorted but for the one subtable that changed, and equal ones keep their order.</summary>
    private void Sort()
    {
        for (var i = 1; i < _ordered.Count; i++)
        {
            var moved = _ordered[i];
            var j = i;
            for (; j > 0 && _ordered[j - 1].MaxPriority < moved.MaxPriority; j--) _ordered[j] = _ordered[j - 1];
            _ordered[j] = moved;
        }
    }
}
