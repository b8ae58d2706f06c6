using Akka.Actor;
using Akka.Event;
using Fabric.Actors.Protocol;
using Fabric.Agent.Configuration;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>
/// Carries a <see cref="SwitchLoop"/> between the actors of database, datapath and NIC: brings rows and confirmations in, sends writes and
/// questions out. It waits until there is a root row, which Fabric's own controller writes on the first boot, and until the saved rules
/// can be read.
/// </summary>
internal sealed class SwitchDriver
{
    private readonly ServerPlan _plan;
    private readonly NodeServices _node;
    private readonly ServerParts _parts;
    private readonly KernelCommandList _datapath;
    private readonly ILoggingAdapter _log;
    private readonly SwitchLoop _loop;
    private readonly AgentOpenFlow _openFlow;
    private readonly CounterRound _counters;
    private long _cookie;
    private long _countedMs = long.MinValue / 2;
    private bool _hasPorts;
    private bool _isConfigured;
    private bool _isToldReady;
    private bool _isStatisticsDue;

    /// <summary>As the datapath was told; null before.</summary>
    private OffloadPolicy? _offload;
    private TcPolicy _tcPolicy;
    private string? _refusedTcPolicy;

    public SwitchDriver(
        ServerPlan plan, NodeServices node, ServerParts parts, SwitchLoop loop, AgentOpenFlow openFlow, KernelCommandList datapath,
        ILoggingAdapter log)
    {
        (_plan, _node, _parts, _loop, _openFlow, _datapath, _log) = (plan, node, parts, loop, openFlow, datapath, log);
        _counters = new CounterRound(parts);
    }

    public SwitchLoop Loop => _loop;

    /// <summary>Of host and NIC together, as last heard.</summary>
    public DatapathCounters Counters { get; private set; } = DatapathCounters.None;

    /// <summary>The switch is as its database says; before, it would answer everything with a drop.</summary>
    public bool IsConfigured => _isConfigured;

    /// <summary>The datapath has done all that was asked of it.</summary>
    public bool HasPortsConfirmed => _loop.IsConfirmed;

    /// <summary>Devices have come, gone or changed: ports that have theirs no longer fail, and those that failed are tried again.</summary>
    public void OnDevices()
    {
        _loop.DevicesChanged();
        Run();
    }

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
        Run();
    }

    public void OnChanged(DatabaseChanged changed)
    {
        _loop.TakeChanges(changed.Commit.Changes);
        Run();
    }

    public void OnWritten(DatabaseWritten written)
    {
        if (written.Error is not null) _log.Warning("{0}: the database refused a write of the agent: {1}", _plan.Name, written.Error);
        if (written.Cookie == _cookie) _loop.Written(written.Error is null);
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
        _offload = null;
        TellOffload();
        _loop.Reconciler.TellAll(_datapath);
        _datapath.ConfirmPorts(_loop.Round);
        _datapath.Send();
    }

    public void Tick()
    {
        if (!_isConfigured || _node.Clock.NowMs - _countedMs < _loop.StatisticsIntervalMs) return;
        _countedMs = _node.Clock.NowMs;
        _isStatisticsDue = true;
        _counters.Ask();
    }

    /// <summary>Somebody wants to know what ports have counted by now; answered to whoever tells <see cref="OnCounters"/>.</summary>
    public void AskCounters() => _counters.Ask();

    /// <summary>A controller sets a device up or down; false where there is none to set.</summary>
    public bool TrySetUp(string name, bool isUp)
    {
        if (!_loop.TrySetUp(name, isUp, _datapath, _node.Clock.NowMs)) return false;
        Write();
        return true;
    }

    /// <summary>Writes what has changed in the status of controllers, too.</summary>
    public void TellStatus()
    {
        _loop.RefreshStatus();
        Write();
    }

    public void OnLink(VfLinkChanged changed)
    {
        _loop.SetLink(changed.Port, changed.IsUp, _node.Clock.NowMs);
        Write();
    }

    /// <summary>True when <see cref="Counters"/> are new.</summary>
    public bool OnCounters(PortCounterList answer)
    {
        if (_counters.Take(answer) is not { } counters) return false;
        Counters = counters;
        if (!_isStatisticsDue) return true;
        _isStatisticsDue = false;
        _loop.TakeStatistics(Counters.Ports, _loop.WantsHostStatistics ? HostStatistics.Read() : null);
        Write();
        return true;
    }

    /// <summary>The saved rules can be read; bridges may come.</summary>
    public void OnRulesOpened() => Run();

    private void Run()
    {
        if (!_hasPorts || !_openFlow.IsOpen || _loop.Database.Root is null) return;
        // What an earlier agent asked for and this one does not is told by the whole, not by steps.
        var isFirst = !_isConfigured;
        if (!_loop.TryReconcile(isFirst ? new VportCollector() : _datapath, _node.Clock.NowMs, out var round))
        {
            Write();
            return;
        }

        TellOffload();
        if (isFirst) _loop.Reconciler.TellAll(_datapath);
        _isConfigured = true;
        _openFlow.Follow(_loop.Configuration);
        _datapath.ConfirmPorts(round);
        _datapath.Send();
        Write();
    }

    private void TellOffload()
    {
        var configuration = _loop.Configuration;
        if (configuration.TcPolicy is { } tcPolicy) (_tcPolicy, _refusedTcPolicy) = (tcPolicy, null);
        else if (configuration.TcPolicyText != _refusedTcPolicy)
            _log.Warning("{0}: tc: Invalid policy '{1}'", _plan.Name, _refusedTcPolicy = configuration.TcPolicyText);
        // Both are about flows in a kernel, where "tc" is how a NIC is told of them.
        var policy = new OffloadPolicy(!configuration.IsOffloadOff);
        if (!_plan.IsUserspace) policy = policy with { Tc = _tcPolicy, Rebalances = configuration.RebalancesOffload };
        if (policy == _offload) return;
        _offload = policy;
        _datapath.SetOffload(policy);
    }

    private void Write()
    {
        if (_loop.TryTakeWrite(out var operations)) _parts.Ovsdb.Tell(new WriteDatabase(operations, ++_cookie), _parts.Agent);
    }
}
