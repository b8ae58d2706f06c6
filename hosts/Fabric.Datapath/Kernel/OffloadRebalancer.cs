namespace Fabric.Datapath;

/// <summary>
/// While flows wait for room on the NIC, finds those on it that are less busy than the ones that wait (OVS <c>udpif_flow_rebalance</c> and
/// <c>rebalance_device</c>): rates are whole packets a second over the interval, the least busy flow of the NIC is weighed against the
/// busiest that waits, the next against the next, until one is not outdone.
/// <para>Unlike OVS it leaves flows alone that wait for a mask: another flow's end does not free one.</para>
/// </summary>
internal sealed class OffloadRebalancer
{
    /// <summary>OVS <c>OFFL_REBAL_INTVL_MSEC</c>.</summary>
    public const int IntervalMs = 3_000;

    /// <summary>OVS <c>OFFL_REBAL_MAX_CHURN</c>.</summary>
    public const int MaxSwaps = 1_024;

    private readonly PriorityQueue<DatapathFlow, long> _idlest = new();
    private readonly PriorityQueue<DatapathFlow, long> _busiest = new();
    private Dictionary<DatapathFlow, long> _before = [];
    private Dictionary<DatapathFlow, long> _now = [];
    private long _measuredMs = long.MinValue / 2;

    /// <summary>Flows to take from the NIC now.</summary>
    public IReadOnlyList<DatapathFlow> Choose(IEnumerable<DatapathFlow> flows, OffloadWaitingList waiting, long nowMs)
    {
        var passedMs = nowMs - _measuredMs;
        if (passedMs < IntervalMs) return [];
        _measuredMs = nowMs;
        var isFirst = passedMs > 2 * IntervalMs;
        _now.Clear();
        foreach (var flow in flows)
        {
            _now.Add(flow, flow.Packets);
            if (isFirst || !_before.TryGetValue(flow, out var packets)) continue;
            var rate = (flow.Packets - packets) * 1_000 / passedMs;
            if (flow.Offload == OffloadState.Yes) Keep(_idlest, flow, -rate);
            else if (waiting.IsHelpedByAnother(flow)) Keep(_busiest, flow, rate);
        }

        (_before, _now) = (_now, _before);
        var (idle, busy) = (InOrder(_idlest), InOrder(_busiest));
        var swaps = 0;
        while (swaps < Math.Min(idle.Count, busy.Count) && busy[swaps].Rate > -idle[swaps].Rate) swaps++;
        return [.. idle.Take(swaps).Select(pair => pair.Flow)];
    }

    /// <summary>Nothing waits.</summary>
    public void Forget()
    {
        if (_before.Count == 0) return;
        (_before, _now) = ([], []);
        _measuredMs = long.MinValue / 2;
    }

    private static void Keep(PriorityQueue<DatapathFlow, long> best, DatapathFlow flow, long priority)
    {
        if (best.Count < MaxSwaps) best.Enqueue(flow, priority);
        else best.EnqueueDequeue(flow, priority);
    }

    /// <summary>The greatest first.</summary>
    private static List<(DatapathFlow Flow, long Rate)> InOrder(PriorityQueue<DatapathFlow, long> best)
    {
        var order = new List<(DatapathFlow Flow, long Rate)>(best.Count);
        while (best.TryDequeue(out var flow, out var rate)) order.Add((flow, rate));
        order.Reverse();
        return order;
    }
}
