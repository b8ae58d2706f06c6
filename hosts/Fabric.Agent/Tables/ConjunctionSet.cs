using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// The conjunctions that a rule is part of (OVS: <c>struct cls_conjunction_set</c>). Such a rule is no answer by itself: it is one clause
/// of a rule that matches on <c>conj_id</c>.
/// </summary>
internal sealed class ConjunctionSet
{
    private ConjunctionSet(ConjunctionAction[] parts)
    {
        Parts = parts;
        MinClauseCount = parts.Min(p => p.ClauseCount);
    }

    public ConjunctionAction[] Parts { get; }

    public int MinClauseCount { get; }

    /// <summary>Null for all but conjunctions, which stand alone or with notes.</summary>
    public static ConjunctionSet? Of(OpenFlowActions actions)
    {
        ConjunctionAction[]? parts = null;
        foreach (var action in actions.Span)
        {
            if (action is ConjunctionAction) parts ??= [.. actions.OfType<ConjunctionAction>()];
            else if (action is not NoteAction) break;
        }

        return parts is null ? null : new ConjunctionSet(parts);
    }
}
