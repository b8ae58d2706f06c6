using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>The life of flows: put, modify, delete, expire.</summary>
public sealed partial class KernelDatapath
{
    private readonly RecentMasks _recentMasks = new();
    private int _expireCursor;

    /// <summary>Idle time-out of every flow; the agent lowers it to 100 ms while there are more flows than its limit.</summary>
    public int MaxIdleMs { get; set; }

    /// <summary>Every flow, in no particular order. The walk is void once flows are put or deleted.</summary>
    public IEnumerable<DatapathFlow> Flows
    {
        get
        {
            for (var i = 0; i < _flows.Count; i++) yield return _flows[i];
        }
    }

    public IEnumerable<MaskStatistics> Masks => _flows.Masks;

    public bool TryGetFlow(Ufid ufid, [NotNullWhen(true)] out DatapathFlow? flow) => _flows.TryGet(ufid, out flow);

    /// <summary>
    /// A new flow, or new actions for the one with this identifier. A refusal changes nothing. A flow whose delete the NIC has not
    /// confirmed
    /// is already gone for this purpose.
    /// </summary>
    /// <param name="key">Need not be masked.</param>
    /// <param name="hardTimeoutMs">0 is none.</param>
    public FlowTableRefusal FlowPut(
        Ufid ufid, ref FlowKey key, ref FlowMask mask, DatapathActions actions, long nowMs, int hardTimeoutMs = 0) =>
        FlowPut(ufid, new FlowMatch(ref key, _recentMasks.Get(ref mask)), actions, nowMs, hardTimeoutMs);

    /// <inheritdoc cref="FlowPut(Ufid, ref FlowKey, ref FlowMask, DatapathActions, long, int)"/>
    public FlowTableRefusal FlowPut(Ufid ufid, FlowMatch match, DatapathActions actions, long nowMs, int hardTimeoutMs = 0)
    {
        if (_flows.TryGet(ufid, out var flow))
        {
            flow.HardTimeoutMs = hardTimeoutMs;
            if (!flow.Actions.Equals(actions)) Change(flow, actions);
            return FlowTableRefusal.None;
        }

        flow = new DatapathFlow(ufid, match, _programs.Get(actions), nowMs) { HardTimeoutMs = hardTimeoutMs };
        match.GetKey(out var key);
        var refusal = _flows.TryInsert(ref key, ref match.Mask, flow);
        if (refusal != FlowTableRefusal.None) return refusal;
        Offer(flow);
        return FlowTableRefusal.None;
    }

    /// <summary>False when there is no such flow. Statistics go on.</summary>
    public bool FlowModify(Ufid ufid, DatapathActions actions)
    {
        if (!_flows.TryGet(ufid, out var flow)) return false;
        if (!flow.Actions.Equals(actions)) Change(flow, actions);
        return true;
    }

    private void Change(DatapathFlow flow, DatapathActions actions)
    {
        flow.Program = _programs.Get(actions);
        Offer(flow);
    }

    /// <summary>
    /// False when there is no such flow. From now on the host does not use it; it is gone for good, and told so, when the NIC has
    /// confirmed.
    /// </summary>
    public bool FlowDelete(Ufid ufid) => Remove(ufid, FlowRemovalReason.Deleted);

    private bool Remove(Ufid ufid, FlowRemovalReason reason)
    {
        if (!Detach(ufid, reason, out var flow)) return false;
        if (IsKnownToNic(flow))
        {
            Await(flow);
            _hook!.Delete(ufid);
        }
        else
        {
            Complete(flow);
        }

        return true;
    }

    /// <summary>Removes every flow, with one message to the NIC.</summary>
    public void FlowFlush()
    {
        for (var i = _flows.Count - 1; i >= 0; i--)
        {
            Detach(_flows[i].Ufid, FlowRemovalReason.Flushed, out var flow);
            if (IsKnownToNic(flow!)) Await(flow!);
            else Complete(flow!);
        }

        foreach (var ufid in _pushed.Keys.ToArray()) Unpush(ufid, FlowRemovalReason.Flushed, isFlush: true);
        if (_hook is null) return;
        _flushesSent++;
        _hook.Flush();
    }

    private bool Detach(Ufid ufid, FlowRemovalReason reason, [NotNullWhen(true)] out DatapathFlow? flow)
    {
        if (!_flows.TryRemove(ufid, out flow)) return false;
        flow.Removal = reason;
        if (flow.Offload == OffloadState.Yes) _offloadedCount--;
        _waiting.Remove(flow);
        if (flow.Mark != 0) _marks!.Remove(flow.Mark);
        return true;
    }

    private void Complete(DatapathFlow flow) => _output.FlowRemoved(
        new FlowRemoved(flow.Ufid, flow.Removal, flow.Packets, flow.Bytes, flow.CreatedMs, flow.LastUsedMs, flow.TcpFlags));

    /// <summary>
    /// Removes what has timed out among the next <paramref name="budget"/> flows of an endless walk over all; returns how many it removed.
    /// </summary>
    public int Expire(long nowMs, int budget = int.MaxValue)
    {
        NowMs = nowMs;
        var removed = 0;
        for (var left = Math.Min(budget, _flows.Count); left > 0 && _flows.Count > 0; left--)
        {
            // From high to low, because a removal moves the last flow into the gap.
            if (--_expireCursor < 0 || _expireCursor >= _flows.Count) _expireCursor = _flows.Count - 1;
            var flow = _flows[_expireCursor];
            if (flow.HardTimeoutMs > 0 && nowMs - flow.CreatedMs >= flow.HardTimeoutMs) Remove(flow.Ufid, FlowRemovalReason.HardTimeout);
            else if (IsIdle(flow, nowMs)) Remove(flow.Ufid, FlowRemovalReason.IdleTimeout);
            else continue;
            removed++;
        }

        return removed;
    }

    /// <summary>
    /// What the NIC did since its last complete report is unknown, so an offloaded flow is judged as of that report (D5).
    /// </summary>
    private bool IsIdle(DatapathFlow flow, long nowMs)
    {
        var asOfMs = MayForwardOnNic(flow) ? Math.Min(nowMs, _reportedMs) : nowMs;
        return asOfMs - Math.Max(flow.CreatedMs, flow.LastUsedMs) >= MaxIdleMs;
    }
}
