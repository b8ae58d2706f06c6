using Akka.Actor;
using Akka.Event;
using Fabric.Actors.Protocol;
using Fabric.Agent;
using Fabric.Agent.Configuration;

namespace Fabric.Actors;

/// <summary>
/// The OpenFlow side of an emulated server's agent: connections of its bridges, and the log that keeps their rules. What was changed in a
/// turn is saved within <see cref="SaveDelay"/> or, where barriers wait for it, at the end of the turn.
/// </summary>
internal sealed class AgentOpenFlow : IDisposable
{
    /// <summary>Less than the 100 ms that are promised, since a loaded machine's timers are late.</summary>
    private static readonly TimeSpan SaveDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>Pause between two looks at a log's lock.</summary>
    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(100);

    private readonly OvsAgent _agent;
    private readonly ServerPlan _plan;
    private readonly NodeServices _node;
    private readonly Func<ITimerScheduler> _timers;
    private readonly RuleStore _store;

    public AgentOpenFlow(
        ServerPlan plan, NodeServices node, OvsAgent agent, SwitchFacts facts, IActorContext context, Func<ITimerScheduler> timers,
        ILoggingAdapter log)
    {
        (_agent, _plan, _node, _timers) = (agent, plan, node, timers);
        _store = new RuleStore(plan.Name, node, context, log);
        Hub = new OpenFlowHub(agent, facts, OpenFlowPlaces.Of(node, plan.Name), context.Self, log, context.System.Scheduler, node.Clock)
        {
            LastChange = plan.BarriersSave ? LastChange : null, Fence = agent.Fence,
        };
    }

    public OpenFlowHub Hub { get; }

    /// <summary>The saved rules were read.</summary>
    public bool IsOpen => _store.IsOpen;

    /// <summary>True when it is open with this.</summary>
    public bool Open()
    {
        var outcome = _store.TryOpen();
        if (outcome == OpenOutcome.Locked) _timers().StartSingleTimer(OpenRules.Instance, OpenRules.Instance, LockInterval);
        return outcome == OpenOutcome.Opened;
    }

    /// <inheritdoc cref="Open"/>
    public bool Replayed(JournalReplayed replayed) => _store.Replayed(replayed);

    public bool Has(ICommitLog? log) => _store.Has(log);

    /// <summary>Bridges have come or gone: rules come back before anybody can connect.</summary>
    public void Follow(SwitchConfiguration configuration)
    {
        _store.Follow(_agent, configuration, _node.Clock.NowMs);
        Hub.Update(configuration);
        EndTurn();
    }

    /// <summary>Packets made sessions say something, or rules learn.</summary>
    public void EndUpcalls()
    {
        if (_store.WantsSave) EndTurn();
        else Hub.Flush();
    }

    /// <summary>At the end of every turn that may have changed rules or made sessions say something.</summary>
    public void EndTurn()
    {
        do
        {
            _store.Journal.Look();
            if (!_store.WantsSave) continue;
            if (_plan.BarriersSave) Save();
            else if (!_timers().IsTimerActive(SaveRules.Instance))
                _timers().StartSingleTimer(SaveRules.Instance, SaveRules.Instance, SaveDelay);
        }
        while (Hub.Flush());
    }

    public void CountersCame()
    {
        Hub.CountersCame();
        EndTurn();
    }

    public void Save()
    {
        _store.Journal.Look();
        if (_store.Save()) Saved();
    }

    /// <summary>Puts what is left into the log; to be called again when the log has taken it. True when it holds everything.</summary>
    public bool TryFinish() => _store.TryFinish();

    public void OnDurable()
    {
        _store.Appended();
        Saved();
        EndTurn();
    }

    /// <summary>More is in force than was: barriers are answered, and what waited behind them is worked on.</summary>
    public void FenceMoved()
    {
        foreach (var face in Hub.Faces) face.Switch.FenceMoved();
        EndTurn();
    }

    public void OnImageReady() => _store.ImageReady();

    public void Dispose()
    {
        Hub.Dispose();
        _store.Dispose();
    }

    private void Saved()
    {
        foreach (var face in Hub.Faces) face.Switch.Committed(_store.Saved);
    }

    private long LastChange()
    {
        _store.Journal.Look();
        return _store.Journal.Change;
    }
}
