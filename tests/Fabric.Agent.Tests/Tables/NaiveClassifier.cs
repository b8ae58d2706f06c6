using Fabric.OpenFlow;

namespace Fabric.Agent.Tests;

/// <summary>
/// A classifier by its definition: every rule is compared. A conjunction stands, at each priority, for the combinations of one rule per
/// clause; a packet that satisfies all clauses is looked up once more with the conjunction's id.
/// </summary>
internal static class NaiveClassifier
{
    /// <summary>
    /// The answers that are right, of which there are several where equals overlap. None: OVS stops reading a rule's parts at the first
    /// conjunction that they complete, so when nothing matches that one's id, what it says of another depends on the order of rules.
    /// </summary>
    public static List<OpenFlowRule?> Lookup(IReadOnlyList<OpenFlowRule> rules, ref OpenFlowKey key)
    {
        var matching = new List<OpenFlowRule>();
        foreach (var rule in rules)
            if (rule.Match.Matches(ref key)) matching.Add(rule);
        foreach (var level in matching.GroupBy(r => r.Priority).OrderByDescending(g => g.Key))
        {
            // Of a plain rule and a conjunction at one priority OVS prefers the plain one.
            var plain = level.Where(r => !IsPart(r)).ToList();
            if (plain.Count > 0) return [.. plain];
            var answers = new List<OpenFlowRule?>();
            var complete = Complete(level).ToList();
            var isOpen = false;
            foreach (var id in complete)
            {
                var second = key;
                second.ConjunctionId = id;
                var whole = new List<OpenFlowRule>();
                foreach (var rule in rules)
                    if (rule.Match.Matches(ref second)) whole.Add(rule);
                // The second lookup sees the highest of rules with one match, and of those not the parts of conjunctions.
                whole.RemoveAll(r => IsPart(r) || rules.Any(o => o.Priority > r.Priority && o.Match.Equals(r.Match)));
                isOpen |= whole.Count == 0 && complete.Count > 1;
                answers.AddRange(whole.Where(r => r.Priority == whole.Max(w => w.Priority)));
            }

            if (isOpen) return [];
            if (answers.Count > 0) return answers;
        }

        return [null];
    }

    private static bool IsPart(OpenFlowRule rule) => rule.Actions.Any(a => a is ConjunctionAction);

    /// <summary>All clauses are there, in as many rules at least: one rule alone is never a whole conjunction.</summary>
    private static IEnumerable<uint> Complete(IEnumerable<OpenFlowRule> rules)
    {
        var level = rules.ToList();
        var parts = level.SelectMany(r => r.Actions.OfType<ConjunctionAction>()).ToList();
        foreach (var id in parts.Select(p => p.Id).Distinct())
        {
            var mine = parts.Where(p => p.Id == id).ToList();
            if (level.Count >= mine[0].ClauseCount && mine.Select(p => p.Clause).Distinct().Count() == mine[0].ClauseCount) yield return id;
        }
    }
}
