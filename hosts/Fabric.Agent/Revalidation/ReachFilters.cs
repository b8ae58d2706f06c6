namespace Fabric.Agent;

/// <summary>
/// The <see cref="ReachFilter"/>s of kinds of rules that are changed again and again, so that a change need not be compared with every
/// flow. The first rule of a kind (its table, and the headers it looks at) is; for the second a filter is made.
/// </summary>
/// <param name="flows">That are to be told of.</param>
internal sealed class ReachFilters(Revalidator flows)
{
    private const int MaxFilters = 8;

    /// <summary>Fewer flows are as soon compared.</summary>
    private const int MinFlowCount = 128;

    private readonly List<ReachFilter> _filters = [];
    private readonly (OpenFlowTable Table, ReachHeaders Mask)[] _seen = new (OpenFlowTable, ReachHeaders)[MaxFilters];
    private int _next;

    /// <summary>False only if the rule reaches no flow.</summary>
    public bool MayReach(in RuleReach rule)
    {
        for (var i = _filters.Count - 1; i >= 0; i--)
        {
            if (!_filters[i].IsFor(in rule)) continue;
            if (_filters[i].IsFull) _filters[i] = Make(in rule);
            _filters[i].WasAsked = true;
            return _filters[i].MayReach(in rule);
        }

        if (flows.FlowCount + flows.LeavingCount < MinFlowCount) return true;
        if (Array.IndexOf(_seen, (rule.Table, rule.Mask)) < 0)
        {
            _seen[_next++ % MaxFilters] = (rule.Table, rule.Mask);
            return true;
        }

        if (_filters.Count == MaxFilters) _filters.RemoveAt(0);
        var made = Make(in rule);
        _filters.Add(made);
        return made.MayReach(in rule);
    }

    /// <summary>A flow was made, or goes by other tables than before.</summary>
    public void Told(InstalledFlow flow)
    {
        foreach (var filter in _filters) filter.Add(flow);
    }

    /// <summary>Forgets those that nobody has asked since this was last called: each takes time of every new flow.</summary>
    public void Age()
    {
        for (var i = _filters.Count - 1; i >= 0; i--)
        {
            if (!_filters[i].WasAsked) _filters.RemoveAt(i);
            else _filters[i].WasAsked = false;
        }
    }

    private ReachFilter Make(in RuleReach rule)
    {
        var filter = new ReachFilter(rule.Table, rule.Mask, Math.Max(MinFlowCount, 2 * (flows.FlowCount + flows.LeavingCount)));
        foreach (var flow in flows.Flows) filter.Add(flow);
        foreach (var flow in flows.Leaving) filter.Add(flow);
        return filter;
    }
}
