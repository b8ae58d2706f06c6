using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// Flow monitors (OVS: <c>ofmonitor_*</c> of connmgr.c). A client that reads too slowly hears "paused" and then nothing but removals of
/// rules it knows of; when it has taken all that waits, it gets what changed meanwhile and "resumed".
/// </summary>
public sealed partial class OpenFlowSession
{
    private const long MaxMonitorSize = 128 * 1024;

    private readonly Dictionary<uint, FlowMonitor> _monitors = [];
    private readonly List<FlowUpdate> _updates = [];
    private bool _hasAbbreviated;

    /// <summary>The switch's count of rule changes when updates paused; 0 when they do not.</summary>
    private long _pausedAt;

    internal bool HasMonitors => _monitors.Count > 0;

    private OpenFlowError Monitor(FlowMonitorRequest request)
    {
        var added = new List<FlowMonitor>();
        foreach (var query in request.Queries)
        {
            var error = Apply(query, added);
            if (error == OpenFlowError.None) continue;
            foreach (var monitor in added) _monitors.Remove(monitor.Id);
            return error;
        }

        var updates = new List<FlowUpdate>();
        foreach (var (rule, flags) in Collect([.. added.Where(m => m.Flags.HasFlag(FlowMonitorFlags.Initial))], 0))
            updates.Add(Describe(FlowUpdateEvent.Initial, rule, default, flags));
        return Reply(request, new FlowMonitorReply(updates));
    }

    private OpenFlowError Apply(FlowMonitorQuery query, List<FlowMonitor> added)
    {
        if (query.Command != FlowMonitorCommand.Add && !_monitors.Remove(query.MonitorId)) return OpenFlowError.MofcUnknownMonitor;
        if (query.Command == FlowMonitorCommand.Delete) return OpenFlowError.None;
        var monitor = new FlowMonitor(query);
        if (!_monitors.TryAdd(monitor.Id, monitor)) return OpenFlowError.MofcMonitorExists;
        added.Add(monitor);
        return OpenFlowError.None;
    }

    private OpenFlowError CancelMonitor(uint id) => _monitors.Remove(id) ? OpenFlowError.None : OpenFlowError.MofcUnknownMonitor;

    internal void Report(RuleEvent change, uint xid)
    {
        if (_pausedAt != 0 && (change.Kind != RuleEventKind.Removed || change.Rule.AddedAt > _pausedAt)) return;
        var (asked, kind) = change.Kind switch
        {
            RuleEventKind.Added => (FlowMonitorFlags.Add, FlowUpdateEvent.Added),
            RuleEventKind.Modified => (FlowMonitorFlags.Modify, FlowUpdateEvent.Modified),
            _ => (FlowMonitorFlags.Removed, FlowUpdateEvent.Removed),
        };
        var flags = FlowMonitorFlags.None;
        foreach (var monitor in _monitors.Values)
            if ((monitor.Flags & asked) != 0 && monitor.Concerns(change.Rule, change.OldActions)) flags |= monitor.Flags;
        if (flags == FlowMonitorFlags.None) return;
        if (flags.HasFlag(FlowMonitorFlags.OnlyOwn) || change.Requester != this || _pausedAt != 0)
        {
            _updates.Add(Describe(kind, change.Rule, (RuleRemovalReason)change.Reason, flags));
        }
        else if (!_hasAbbreviated)
        {
            _hasAbbreviated = true;
            _updates.Add(new FlowUpdate(FlowUpdateEvent.Abbreviated) { RequestXid = xid });
        }
    }

    /// <summary>What one request changed goes out as one message.</summary>
    internal void FlushMonitors()
    {
        if (_updates.Count > 0)
        {
            Send(new FlowMonitorReply([.. _updates]), OutputKind.Monitor, _updates.Sum(EstimateSize));
            _updates.Clear();
            _hasAbbreviated = false;
        }

        if (_pausedAt != 0 || _output.MonitorSize <= MaxMonitorSize) return;
        _pausedAt = _switch.NextRuleChange();
        Send(Marker(FlowUpdateEvent.Paused), OutputKind.Monitor, 16);
    }

    private void ResumeMonitors()
    {
        if (_pausedAt == 0 || _output.MonitorCount > 0) return;
        var updates = new List<FlowUpdate>();
        foreach (var (rule, flags) in Collect([.. _monitors.Values], _pausedAt))
            updates.Add(Describe(rule.AddedAt > _pausedAt && (flags & FlowMonitorFlags.Add) != 0
                ? FlowUpdateEvent.Added : FlowUpdateEvent.Modified, rule, default, flags));
        if (updates.Count > 0) Send(new FlowMonitorReply(updates), OutputKind.Reply);
        Send(Marker(FlowUpdateEvent.Resumed), OutputKind.Reply);
        _pausedAt = 0;
    }

    /// <summary>OpenFlow 1.4 puts the marker into the stream of updates; before it is a message of its own.</summary>
    private OpenFlowMessage Marker(FlowUpdateEvent kind) => Version >= OpenFlowVersion.V14 ? new FlowMonitorReply([new FlowUpdate(kind)])
        : kind == FlowUpdateEvent.Paused ? new FlowMonitorPaused()
        : new FlowMonitorResumed();

    /// <summary>The rules that any of the monitors is about, each once, with what to tell of it.</summary>
    /// <param name="since">Only what was added or modified after this; 0 is everything.</param>
    private List<(OpenFlowRule Rule, FlowMonitorFlags Flags)> Collect(IReadOnlyList<FlowMonitor> monitors, long since)
    {
        var found = new List<(OpenFlowRule, FlowMonitorFlags)>();
        if (monitors.Count == 0) return found;
        foreach (var rule in Bridge.Tables.Rules)
        {
            var change = since == 0 ? FlowMonitorFlags.Initial
                : rule.AddedAt > since ? FlowMonitorFlags.Add | FlowMonitorFlags.Modify
                : rule.ModifiedAt > since ? FlowMonitorFlags.Modify
                : FlowMonitorFlags.None;
            var flags = FlowMonitorFlags.None;
            foreach (var monitor in monitors)
                if ((monitor.Flags & change) != 0 && monitor.Concerns(rule))
                    flags |= change | (monitor.Flags & FlowMonitorFlags.Instructions);
            if (flags != FlowMonitorFlags.None) found.Add((rule, flags));
        }

        return found;
    }

    private static FlowUpdate Describe(
        FlowUpdateEvent kind, OpenFlowRule rule, RuleRemovalReason reason, FlowMonitorFlags flags) => new(kind)
    {
        Reason = kind == FlowUpdateEvent.Removed ? reason : default,
        IdleTimeoutSeconds = rule.IdleTimeoutSeconds,
        HardTimeoutSeconds = rule.HardTimeoutSeconds,
        Table = rule.Table,
        Priority = (ushort)rule.Priority,
        Cookie = rule.Cookie,
        Match = rule.Match,
        Actions = flags.HasFlag(FlowMonitorFlags.Instructions) ? rule.Actions : OpenFlowActions.Drop,
    };

    /// <summary>An update is some 30 bytes, and each matched section and action about as much again.</summary>
    private static int EstimateSize(FlowUpdate update)
    {
        var match = update.Match;
        return 32 + (16 * System.Numerics.BitOperations.PopCount(OpenFlowKey.UsedSections(ref match.Mask))) + (16 * update.Actions.Count);
    }
}
