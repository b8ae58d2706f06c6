namespace Fabric.Agent;

/// <summary>
/// Knows when what was asked of tables is in force in every tier, which is what a barrier means. Flows are copies of what rules said when a
/// packet asked, so a change of rules is in force once the flows that it concerns are corrected, and once host and NIC have confirmed that.
/// <para>A change of a rule can concern a flow only if the flow's translation looked into the rule's table, and if some packet of the flow
/// has the headers that the rule wants. Most changes concern no flow at all: then nothing is waited for. Others are waited for in
/// <em>rounds</em>. A round is one correction of all flows concerned by anything changed before it, so that many barriers share one; it is
/// over when the datapath confirms it. Rounds are numbered up, and on from those of an agent before.</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>F1: a round that is over has no flow, in host or NIC, that says what rules said before the round was asked for.</item>
/// <item>F2: what concerns no flow is in force at once.</item>
/// <item>F3: any number of waiters before a correction share one round.</item>
/// <item>F4: flows of whom the agent knows nothing (an agent before it made them) are concerned by everything.</item>
/// <item>F5: what the datapath confirms to an agent before is no word on rounds of this one.</item>
/// </list>
/// <para>Not modelled: frames that were forwarded before and wait in a queue for their port's rate.</para>
/// </summary>
public sealed class PolicyFence
{
    /// <summary>Changes that are looked at one by one; more are taken to concern every flow.</summary>
    private const int MaxRules = 256;

    /// <summary>Flows times rules that are compared for one waiter; more are taken to concern some flow.</summary>
    private const long MaxComparisons = 1 << 20;

    /// <summary>Lives count by 2^20, and each has as many rounds again.</summary>
    private const int LifeShift = 20;

    private readonly OvsAgent _agent;
    private readonly List<RuleReach> _rules = [];
    private readonly ReachFilters _filters;
    private readonly MatchRoom _room = new();
    private long _otherVersion;
    private bool _concernsAll;

    /// <summary>The datapath may have flows that are not known here.</summary>
    private bool _hasStrangers = true;
    private long _wanted;
    private long _corrected;
    private long _refreshes;

    /// <param name="life">Of the agent: greater than any before.</param>
    internal PolicyFence(OvsAgent agent, ulong life)
    {
        _wanted = _corrected = InForce = (long)(life << LifeShift);
        (_agent, _otherVersion) = (agent, agent.OtherVersion);
        _filters = new ReachFilters(agent.Revalidator);
    }

    /// <summary>Rounds up to this one are over.</summary>
    public long InForce { get; private set; }

    /// <summary>A round is waited for whose correction has not been done.</summary>
    public bool WantsCorrection => _wanted > _corrected || (_hasStrangers && IsAwaited);

    /// <summary>Somebody waits for a round that is not over.</summary>
    public bool IsAwaited => _wanted > InForce;

    /// <summary>Changes of rules that were found to concern no flow without a look at each.</summary>
    public long FilteredCount { get; private set; }

    /// <summary>
    /// The round after which everything changed up to now is in force; 0 when it is already. Whoever asks is to see to it that the round
    /// comes: <see cref="WantsCorrection"/>.
    /// </summary>
    public long Need()
    {
        // An operator who holds the sweeps does not want to wait for them.
        if (_agent.Revalidator.IsPaused) return 0;
        var isConcerned = ConcernsSomeFlow();
        if (!isConcerned) Forget();
        var round = isConcerned ? _corrected + 1 : _corrected;
        if (round <= InForce) return 0;
        _wanted = Math.Max(_wanted, round);
        return round;
    }

    /// <summary>May what was changed since the last correction alter what this flow has to say?</summary>
    public bool Concerns(InstalledFlow flow)
    {
        if (ConcernsAll) return true;
        foreach (var rule in _rules)
            if (rule.Reaches(flow)) return true;
        return false;
    }

    /// <summary>
    /// Every flow concerned has been told to say what rules say now. Returns the round that the datapath is to confirm; null when nothing
    /// had changed.
    /// </summary>
    public long? Corrected()
    {
        _filters.Age();
        if (_rules.Count == 0 && !ConcernsAll && !_hasStrangers && !HasPushed && !WantsCorrection) return null;
        Forget();
        _hasStrangers = false;
        _refreshes = _agent.Explicit?.Refreshes ?? 0;
        return ++_corrected;
    }

    /// <summary>The datapath has confirmed a round, and with it those before.</summary>
    public void Confirmed(long round) => InForce = Math.Max(InForce, Math.Min(round, _corrected));

    /// <summary>Sweeps are held by an operator: whoever waits is let go.</summary>
    public void LetGo()
    {
        _corrected = Math.Max(_corrected, _wanted);
        InForce = _corrected;
    }

    /// <summary>
    /// The datapath may have flows that are not known here: it started anew and left some on the NIC, and what it was asked to confirm it
    /// may not. Another round answers for all.
    /// </summary>
    public void DatapathLost() => _hasStrangers = true;

    /// <summary>A rule has come, changed or gone.</summary>
    internal void RuleChanged(OpenFlowTables tables, OpenFlowRule rule)
    {
        if (_rules.Count < MaxRules) _rules.Add(new RuleReach(tables.Table(rule.Table), rule.MatchIn(_room)));
        else _concernsAll = true;
    }

    /// <summary>A flow was made, or looks for rules in other tables than before.</summary>
    internal void Told(InstalledFlow flow) => _filters.Told(flow);

    /// <summary>The NIC was told of flows beforehand, or is about to be.</summary>
    private bool HasPushed => _agent.Explicit is { } pushed && (pushed.IsStale || pushed.Refreshes != _refreshes);

    private bool ConcernsAll => _concernsAll || _agent.OtherVersion != _otherVersion;

    private bool ConcernsSomeFlow()
    {
        if (_hasStrangers || HasPushed) return true;
        var flows = _agent.Revalidator;
        var count = flows.FlowCount + flows.LeavingCount;
        if (count == 0 || (_rules.Count == 0 && !ConcernsAll)) return false;
        if (ConcernsAll) return true;
        // What reaches no flow now will reach none: flows made from now on say what rules say now.
        for (var i = _rules.Count - 1; i >= 0; i--)
        {
            if (_filters.MayReach(_rules[i])) continue;
            _rules.RemoveAt(i);
            FilteredCount++;
        }

        if ((long)count * _rules.Count > MaxComparisons) return true;
        foreach (var flow in flows.Flows)
            if (Concerns(flow)) return true;
        foreach (var flow in flows.Leaving)
            if (Concerns(flow)) return true;
        return false;
    }

    private void Forget()
    {
        _rules.Clear();
        _concernsAll = false;
        _otherVersion = _agent.OtherVersion;
    }
}
