using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>
/// Keeps the datapath's flows true (OVS: <c>ofproto-dpif-upcall.c</c>). A sweep gets the datapath's statistics in batches, credits them to
/// rules and addresses, and decides for each flow: keep, modify its actions, or delete it with a reason.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>R1: credit is the increase of a total; a total that went back credits nothing.</item>
/// <item>R2: after a sweep that started after a change, every flow left has the actions and at least the mask of today's
/// translation.</item>
/// <item>R3: a flow unused for longer than max-idle goes; above the flow limit max-idle is 100 ms; above twice the limit everything
/// goes.</item>
/// <item>R4: what the datapath does not list in a whole sweep is forgotten here.</item>
/// <item>R5: a flow that is deleted is credited once more, with what the datapath says of it when it is gone.</item>
/// </list>
/// </summary>
public sealed class Revalidator
{
    /// <summary>After this many flows it is asked again whether there are too many (OVS: <c>REVALIDATE_MAX_BATCH</c>).</summary>
    private const int BatchSize = 50;

    private readonly Dictionary<Ufid, InstalledFlow> _flows = [];

    /// <summary>
    /// Deleted here; the datapath has not yet said that they are gone. A flow of the same name may be installed again before.
    /// </summary>
    private readonly Dictionary<Ufid, InstalledFlow> _leaving = [];
    private readonly Func<InstalledFlow, XlateResult> _translate;
    private readonly Func<long> _version;
    private readonly SweptTranslations _swept = new();
    private long _sweep;
    private int _dumpedCount;

    /// <summary>What is left of them.</summary>
    private int _leftCount;
    private int _announcedMaxIdleMs;
    private int _lastDurationMs;

    internal Revalidator(RevalidatorOptions options, Func<InstalledFlow, XlateResult> translate, Func<long> version)
    {
        Options = options;
        Limit = new FlowLimit(options.FlowLimit);
        _announcedMaxIdleMs = options.MaxIdleMs;
        _translate = translate;
        _version = version;
    }

    public RevalidatorOptions Options { get; private set; }

    /// <summary>Told of what a flow that is gone, or translated anew, was credited by.</summary>
    internal Action<XlateCache> Forget { get; init; } = _ => { };

    /// <summary>Told of a flow that is made, or comes to other tables than before.</summary>
    internal Action<InstalledFlow> Told { get; init; } = _ => { };

    /// <summary>Called when the datapath may have a flow that is not known here any more.</summary>
    internal Action PutAgain { get; init; } = () => { };

    /// <summary>False: each flow is translated for itself, which is slower and comes to the same.</summary>
    public bool SharesTranslations { get; set; } = true;

    /// <summary>Flows that needed no translation of their own.</summary>
    public long SharedCount => _swept.FoundCount;

    public FlowLimit Limit { get; }

    /// <summary>Flows that the agent believes to be installed.</summary>
    public int FlowCount => _flows.Count;

    public Dictionary<Ufid, InstalledFlow>.ValueCollection Flows => _flows.Values;

    /// <summary>Flows deleted of which the datapath has not said that they are gone.</summary>
    public int LeavingCount => _leaving.Count;

    internal Dictionary<Ufid, InstalledFlow>.ValueCollection Leaving => _leaving.Values;

    public int LastSweepDurationMs => _lastDurationMs;

    /// <summary>Flows in the datapath, as its dumps told: the most ever, and a moving average that halves the past at each sweep.</summary>
    public int MaxFlowCount { get; private set; }
    public int AverageFlowCount { get; private set; }

    /// <summary>Sweeps stand still until it is taken back (<c>revalidator/pause</c>); whoever starts sweeps asks.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Deletions so far, by reason.</summary>
    public IReadOnlyDictionary<FlowDeleteReason, long> Deleted => _deleted;

    private readonly Dictionary<FlowDeleteReason, long> _deleted = [];

    public InstalledFlow? Find(Ufid ufid) => _flows.GetValueOrDefault(ufid);

    internal void Track(InstalledFlow flow, long version)
    {
        flow.Version = version;
        flow.SeenInSweep = _sweep;
        _flows[flow.Ufid] = flow;
        Told(flow);
    }

    /// <summary>Takes new options; the limit learned so far stays within the new ceiling.</summary>
    public void Configure(RevalidatorOptions options)
    {
        if (options == Options) return;
        Options = options;
        Limit.Ceiling = options.FlowLimit;
    }

    /// <summary>Starts a sweep. <paramref name="datapathFlowCount"/> is what the datapath says it holds.</summary>
    public void BeginSweep(int datapathFlowCount, IDatapath datapath)
    {
        _sweep++;
        _swept.Clear();
        _dumpedCount = Math.Max(datapathFlowCount, _flows.Count);
        _leftCount = _dumpedCount;
        MaxFlowCount = Math.Max(MaxFlowCount, datapathFlowCount);
        AverageFlowCount = (datapathFlowCount + AverageFlowCount) / 2;
        Announce(datapath);
    }

    /// <summary>Judges a batch of the dump.</summary>
    /// <param name="concerns">Whether what was changed may concern a flow; the others are not translated anew. Null: all are.</param>
    public void Judge(
        ReadOnlySpan<FlowStatistics> batch, long nowMs, IDatapath datapath, Func<InstalledFlow, bool>? concerns = null)
    {
        var (isEmergency, maxIdleMs) = (false, 0);
        for (var i = 0; i < batch.Length; i++)
        {
            if (i % BatchSize == 0)
                (isEmergency, maxIdleMs) = (Limit.IsEmergency(_leftCount), Limit.MaxIdleMs(_leftCount, Options.MaxIdleMs));
            ref readonly var statistics = ref batch[i];
            if (!_flows.TryGetValue(statistics.Ufid, out var flow))
            {
                // The dump was made before it was gone.
                if (_leaving.ContainsKey(statistics.Ufid)) continue;
                // Not ours: left over from an agent before this one. Its actions are unknown, so it goes.
                Count(FlowDeleteReason.BadFit);
                _leftCount--;
                datapath.FlowDelete(statistics.Ufid, FlowDeleteReason.BadFit);
                continue;
            }

            flow.SeenInSweep = _sweep;
            flow.State = FlowState.Operational;
            var credited = Credit(flow, in statistics, nowMs);
            var used = flow.UsedMs == 0 ? flow.CreatedMs : flow.UsedMs;
            if (isEmergency) Delete(flow, FlowDeleteReason.FlowLimit, datapath);
            else if (used < nowMs - maxIdleMs) Delete(flow, FlowDeleteReason.Idle, datapath);
            else if (flow.Version != _version() && concerns?.Invoke(flow) != false)
                Retranslate(flow, in statistics, credited, nowMs, datapath);
        }
    }

    /// <summary>
    /// Judges the flows that came too late for the dump: then no flow is left that says what rules said before (property R2).
    /// </summary>
    /// <inheritdoc cref="Judge"/>
    public void JudgeUndumped(long nowMs, IDatapath datapath, Func<InstalledFlow, bool>? concerns = null)
    {
        List<InstalledFlow>? late = null;
        foreach (var flow in _flows.Values)
            if (flow.SeenInSweep != _sweep && flow.Version != _version() && concerns?.Invoke(flow) != false) (late ??= []).Add(flow);
        foreach (var flow in late ?? [])
        {
            var known = new FlowStatistics(flow.Ufid, flow.Packets, flow.Bytes, flow.UsedMs);
            Retranslate(flow, in known, 0, nowMs, datapath);
        }
    }

    /// <summary>Ends a sweep whose dump was complete and which took <paramref name="durationMs"/> (measured by the caller).</summary>
    public void EndSweep(int durationMs, IDatapath datapath)
    {
        var known = _flows.Count + _leaving.Count;
        foreach (var flow in _flows.Values.Where(f => f.SeenInSweep < _sweep - 1).ToArray())
        {
            // Absent from this dump and the one before: a put still under way would have arrived by now.
            Count(FlowDeleteReason.MissingInDatapath);
            _flows.Remove(flow.Ufid);
            Forget(flow.Cache);
        }

        foreach (var flow in _leaving.Values.Where(f => f.SeenInSweep < _sweep - 1).ToArray())
        {
            _leaving.Remove(flow.Ufid);
            Forget(flow.Cache);
        }

        // A NIC that is slow, or silent, may have them still.
        if (_flows.Count + _leaving.Count < known) PutAgain();
        _swept.Clear();
        _lastDurationMs = durationMs;
        Limit.SweepDone(durationMs, _dumpedCount);
        Announce(datapath);
    }

    /// <summary>A flow has left the datapath, by itself (idle, flush) or as asked; the last statistics are credited.</summary>
    public void FlowRemoved(in FlowStatistics statistics)
    {
        // A delete that was asked for is told of before anything that befell a later flow of the same name.
        if (!_leaving.Remove(statistics.Ufid, out var flow))
        {
            if (!_flows.Remove(statistics.Ufid, out flow)) return;
            // What has gone may be the one before, and what was put since may be there.
            if (flow.PutMs != flow.CreatedMs) PutAgain();
        }

        Credit(flow, in statistics, statistics.UsedMs);
        Forget(flow.Cache);
    }

    /// <summary>The datapath did not take a flow.</summary>
    public void FlowRefused(Ufid ufid)
    {
        if (_flows.Remove(ufid, out var flow)) Forget(flow.Cache);
    }

    /// <summary>Deletes everything (<c>revalidator/purge</c>).</summary>
    public void Purge(IDatapath datapath)
    {
        foreach (var flow in _flows.Values.ToArray()) Delete(flow, FlowDeleteReason.Purge, datapath);
    }

    /// <summary>The datapath started anew, empty.</summary>
    public void DatapathLost()
    {
        foreach (var flow in _flows.Values) Forget(flow.Cache);
        foreach (var flow in _leaving.Values) Forget(flow.Cache);
        _flows.Clear();
        _leaving.Clear();
        (_dumpedCount, _leftCount) = (0, 0);
    }

    /// <summary>Tells the idle time to a datapath that knows none, or what an agent before this one said.</summary>
    public void TellAgain(IDatapath datapath)
    {
        _announcedMaxIdleMs = -1;
        Announce(datapath);
    }

    /// <summary>Credits the growth since last time and returns its packets (property R1).</summary>
    private static long Credit(InstalledFlow flow, in FlowStatistics statistics, long nowMs)
    {
        var packets = Math.Max(0, statistics.Packets - flow.Packets);
        var bytes = Math.Max(0, statistics.Bytes - flow.Bytes);
        // Also when a total went back: the flow was put anew and counts from zero.
        flow.Packets = statistics.Packets;
        flow.Bytes = statistics.Bytes;
        flow.UsedMs = Math.Max(flow.UsedMs, statistics.UsedMs);
        flow.Cache.Credit(packets, bytes, statistics.UsedMs, statistics.TcpFlags, nowMs);
        return packets;
    }

    private void Retranslate(InstalledFlow flow, in FlowStatistics statistics, long packets, long nowMs, IDatapath datapath)
    {
        if (!IsWorthwhile(flow, in statistics, packets, nowMs))
        {
            Delete(flow, FlowDeleteReason.TooExpensive, datapath);
            return;
        }

        var version = _version();
        var shared = SharesTranslations ? _swept.Find(flow.Match, version) : null;
        var result = shared ?? _translate(flow);
        if (SharesTranslations && shared is null) _swept.Add(flow.Match, result);
        if (result.Error is XlateError.NoInputPort or XlateError.NoTunnelPort) Delete(flow, FlowDeleteReason.NoBridge, datapath);
        else if (result.Error != XlateError.None) Delete(flow, FlowDeleteReason.TranslationError, datapath);
        else if (result.IsShortLived) Delete(flow, FlowDeleteReason.AvoidCaching, datapath);
        else if (!flow.Match.Mask.Covers(ref result.Mask)) Delete(flow, FlowDeleteReason.NeedsNarrowerMask, datapath);
        else
        {
            Keep(flow, result, version, datapath);
            return;
        }

        Forget(result.Cache);
    }

    private void Keep(InstalledFlow flow, XlateResult result, long version, IDatapath datapath)
    {
        // Last: ids that both have must not be let go in between.
        var old = flow.Cache;
        flow.Cache = result.Cache;
        if (!old.VisitsSameAs(result.Cache)) Told(flow);
        Forget(old);
        flow.Version = version;
        var actions = result.FlowActions;
        if (actions.Equals(flow.Actions)) return;
        flow.Actions = actions;
        datapath.FlowModify(flow.Ufid, actions);
    }

    /// <summary>OVS <c>should_revalidate</c>.</summary>
    private bool IsWorthwhile(InstalledFlow flow, in FlowStatistics statistics, long packets, long nowMs)
    {
        if (flow.UsedMs == 0 || _lastDurationMs < Options.MaxRevalidatorMs / 2) return true;
        var unusedMs = Math.Max(0, nowMs - flow.UsedMs);
        var msPerPacket = unusedMs / Math.Max(packets, 1);
        return msPerPacket < 1000 / Math.Max(1, Options.MinRevalidatePps)
            || (statistics.IsOffloaded && nowMs - flow.CreatedMs < Options.OffloadedStatsDelayMs);
    }

    private void Delete(InstalledFlow flow, FlowDeleteReason reason, IDatapath datapath)
    {
        _flows.Remove(flow.Ufid);
        flow.State = FlowState.Evicting;
        flow.SeenInSweep = _sweep;
        _leaving[flow.Ufid] = flow;
        _leftCount--;
        Count(reason);
        datapath.FlowDelete(flow.Ufid, reason);
    }

    private void Count(FlowDeleteReason reason) => _deleted[reason] = _deleted.GetValueOrDefault(reason) + 1;

    private void Announce(IDatapath datapath)
    {
        var maxIdleMs = Limit.MaxIdleMs(_dumpedCount, Options.MaxIdleMs);
        if (maxIdleMs == _announcedMaxIdleMs) return;
        _announcedMaxIdleMs = maxIdleMs;
        datapath.SetMaxIdle(maxIdleMs);
    }
}
