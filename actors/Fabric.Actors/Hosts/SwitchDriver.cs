using Akka.Actor;
using Akka.Event;
using Fabric.Actors.Protocol;
using Fabric.Agent;
using Fabric.Agent.Configuration;

namespace Fabric.Actors;

/// <summary>
/// Carries a <see cref="SwitchLoop"/> between the actors of database, datapath and NIC: brings rows and confirmations in, sends writes and
/// questions out. On the first boot it writes the plan into the database, and rules follow the bridges.
/// </summary>
internal sealed class SwitchDriver
{
    private const long PlanCookie = -1;

    private readonly ServerPlan _plan;
    private readonly NodeServices _node;
    private readonly ServerParts _parts;
    private readonly OvsAgent _agent;
    private readonly KernelCommandList _datapath;
    private readonly ILoggingAdapter _log;
    private readonly SwitchLoop _loop;
    private readonly Dictionary<string, AgentBridge> _programmed = [];
    private PortCounterList? _counters;
    private long _cookie;
    private long _countedMs = long.MinValue / 2;
    private bool _hasPorts;
    private bool _hasPlan;
    private bool _isConfigured;
    private bool _isToldReady;

    public SwitchDriver(
        ServerPlan plan, NodeServices node, ServerParts parts, OvsAgent agent, KernelCommandList datapath, ILoggingAdapter log)
    {
        (_plan, _node, _parts, _agent, _datapath, _log) = (plan, node, parts, agent, datapath, log);
        _loop = new SwitchLoop(agent, new ServerDevices(plan));
    }

    public SwitchLoop Loop => _loop;

    /// <summary>The switch is as its database says; before, it would answer everything with a drop.</summary>
    public bool IsConfigured => _isConfigured;

    public void Begin()
    {
        _parts.Kernel.Tell(AgentStarted.Instance);
        _parts.Ovsdb.Tell(new SubscribeDatabase());
    }

    public void OnPorts(VportList ports)
    {
        if (_hasPorts) return;
        _hasPorts = true;
        _loop.Reconciler.Remember(ports.Ports);
        Run();
    }

    public void OnSnapshot(DatabaseSnapshot snapshot)
    {
        _loop.TakeSnapshot(snapshot.Rows.Values.SelectMany(rows => rows));
        if (_hasPlan) Run();
        else WritePlan();
    }

    public void OnChanged(DatabaseChanged changed)
    {
        _loop.TakeChanges(changed.Commit.Changes);
        Run();
    }

    public void OnWritten(DatabaseWritten written)
    {
        if (written.Error is not null) _log.Warning("{0}: the database refused a write of the agent: {1}", _plan.Name, written.Error);
        if (written.Cookie == PlanCookie) _hasPlan = true;
        else if (written.Cookie == _cookie) _loop.Written(written.Error is null);
        Run();
    }

    public void OnConfirmed(PortsConfirmed confirmed)
    {
        _loop.Confirm(confirmed.Round);
        if (!_isToldReady)
        {
            _isToldReady = true;
            _parts.Server.Tell(PortsReady.Instance, _parts.Agent);
        }

        Write();
    }

    /// <summary>The datapath starts anew: it has no ports, and what it was asked to confirm it will not.</summary>
    public void OnDatapathStarted()
    {
        if (!_isConfigured) return;
        _loop.Reconciler.TellAll(_datapath);
        _datapath.ConfirmPorts(_loop.Round);
        _datapath.Send();
    }

    public void Tick()
    {
        if (!_isConfigured || _node.Clock.NowMs - _countedMs < _loop.StatisticsIntervalMs) return;
        _countedMs = _node.Clock.NowMs;
        _counters = null;
        _parts.Nic.Tell(GetPortCounters.Instance);
        _parts.Kernel.Tell(GetPortCounters.Instance);
    }

    public void OnLink(VfLinkChanged changed)
    {
        _loop.SetLink(changed.Port, changed.IsUp, _node.Clock.NowMs);
        Write();
    }

    public void OnCounters(PortCounterList counters)
    {
        if (_counters is null || _counters.IsNic == counters.IsNic)
        {
            _counters = counters;
            return;
        }

        _loop.TakeStatistics(PortCounterList.Sum(_counters, counters), _loop.WantsHostStatistics ? HostStatistics.Read() : null);
        _counters = null;
        Write();
    }

    private void WritePlan()
    {
        if (PlanRows.Operations(_loop.Database, _plan) is { } operations)
        {
            _parts.Ovsdb.Tell(new WriteDatabase(operations, PlanCookie), _parts.Agent);
            return;
        }

        _hasPlan = true;
        Run();
    }

    private void Run()
    {
        if (!_hasPorts || !_hasPlan) return;
        // What an earlier agent asked for and this one does not is told by the whole, not by steps.
        var isFirst = !_isConfigured;
        if (!_loop.TryReconcile(isFirst ? new VportCollector() : _datapath, _node.Clock.NowMs, out var round))
        {
            Write();
            return;
        }

        if (isFirst) _loop.Reconciler.TellAll(_datapath);
        _isConfigured = true;
        Program();
        _datapath.ConfirmPorts(round);
        _datapath.Send();
        Write();
    }

    private void Write()
    {
        if (_loop.TryTakeWrite(out var operations)) _parts.Ovsdb.Tell(new WriteDatabase(operations, ++_cookie), _parts.Agent);
    }

    /// <summary>A bridge that is new, also in place of one of the same name, gets the plan's rules.</summary>
    private void Program()
    {
        var fresh = _agent.Bridges.Where(bridge => _programmed.GetValueOrDefault(bridge.Name) != bridge).Select(b => b.Name).ToHashSet();
        if (fresh.Count == 0) return;
        AgentSetup.AddRules(_agent, _plan, fresh, _node.Clock.NowMs, refusal => _log.Warning("{0}: {1}", _plan.Name, refusal));
        foreach (var bridge in _agent.Bridges) _programmed[bridge.Name] = bridge;
    }
}
