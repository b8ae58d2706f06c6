using System.Runtime.InteropServices;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Lookup, with conjunctive matches (OVS: <c>classifier_lookup__</c>).</summary>
public sealed partial class Classifier
{
    /// <summary>Rules found that are parts of conjunctions; null where a lower one has been looked for in vain.</summary>
    private readonly List<OpenFlowRule?> _soft = [];

    /// <summary>Conjunctions seen in part, with a bit for each clause; those beyond the last clause are set.</summary>
    private readonly Dictionary<uint, ulong> _conjunctions = [];

    /// <summary>The best rule or null. The bits consulted are added to <paramref name="consulted"/>.</summary>
    public OpenFlowRule? Lookup(ref OpenFlowKey key, ref OpenFlowKey consulted)
    {
        Sort();
        _soft.Clear();
        var hard = Walk(ref key, ref consulted, collectsSoft: true);
        return _soft.Count == 0 ? hard : Resolve(hard, ref key, ref consulted);
    }

    private OpenFlowRule? Walk(ref OpenFlowKey key, ref OpenFlowKey consulted, bool collectsSoft)
    {
        _tries.Begin();
        OpenFlowRule? hard = null;
        var priority = -1;
        foreach (var subtable in _ordered)
        {
            if (subtable.ListedPriority <= priority) break;
            var found = subtable.Lookup(ref key, ref consulted, _tries);
            if (found is null || found.Priority <= priority) continue;
            if (found.Conjunctions is null) (hard, priority) = (found, found.Priority);
            else if (collectsSoft) _soft.Add(found);
        }

        return hard;
    }

    /// <summary>Looks whether clauses found make a whole, from the highest priority down.</summary>
    private OpenFlowRule? Resolve(OpenFlowRule? hard, ref OpenFlowKey key, ref OpenFlowKey consulted)
    {
        while (true)
        {
            var (best, count) = BestSoft(hard?.Priority ?? -1);
            if (count == 0) return hard;
            _conjunctions.Clear();
            for (var i = 0; i < _soft.Count; i++)
            {
                if (_soft[i]!.Priority != best || !Completes(_soft[i]!.Conjunctions!, count, out var id)) continue;
                var saved = key.ConjunctionId;
                key.ConjunctionId = id;
                var whole = Walk(ref key, ref consulted, collectsSoft: false);
                key.ConjunctionId = saved;
                if (whole is not null) return whole;
            }

            // Nothing whole at this priority. The rules of the same values and lower priority are next in line.
            for (var i = 0; i < _soft.Count; i++)
            {
                if (_soft[i]!.Priority != best) continue;
                var lower = _soft[i]!.NextLower;
                _soft[i] = lower?.Conjunctions is null ? null : lower;
                if (lower is not null && lower.Conjunctions is null && lower.Priority > (hard?.Priority ?? -1)) hard = lower;
            }
        }
    }

    /// <summary>Forgets what cannot win any more; the highest priority left, and how many have it.</summary>
    private (int Priority, int Count) BestSoft(int hardPriority)
    {
        for (var i = 0; i < _soft.Count;)
        {
            if (_soft[i] is { } rule && rule.Priority > hardPriority)
            {
                i++;
                continue;
            }

            _soft[i] = _soft[^1];
            _soft.RemoveAt(_soft.Count - 1);
        }

        var (best, count) = (-1, 0);
        foreach (var rule in _soft)
        {
            if (rule!.Priority > best) (best, count) = (rule.Priority, 1);
            else if (rule.Priority == best) count++;
        }

        return (best, count);
    }

    /// <summary>Notes a rule's clauses; true when one of its conjunctions has all of them now.</summary>
    private bool Completes(ConjunctionSet set, int maxClauseCount, out uint id)
    {
        id = 0;
        if (maxClauseCount < set.MinClauseCount) return false;
        foreach (var part in set.Parts)
        {
            if (part.ClauseCount > maxClauseCount) continue;
            ref var clauses = ref CollectionsMarshal.GetValueRefOrAddDefault(_conjunctions, part.Id, out var isKnown);
            if (!isKnown) clauses = ulong.MaxValue << (part.ClauseCount & 63);
            clauses |= 1UL << part.Clause;
            if (clauses != ulong.MaxValue) continue;
            id = part.Id;
            return true;
        }

        return false;
    }
}
