using System.Runtime.InteropServices;

namespace Fabric.Datapath;

/// <summary>
/// The flows for which the NIC had no room, and when each is offered again. A host cannot ask a NIC how much room it has, only try; so each
/// try costs a round trip, and a NIC that stays full must not be asked about all flows over and over.
/// <para>Each kind of shortage has a window, the offers that may be under way: as many as flows have left the NIC since the last sweep, at
/// least one in <see cref="ProbeMs"/>. While all are taken the window doubles; the first that is refused ends the sweep for its
/// kind.</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>W1: of flows that may be offered, the one with the highest packet rate comes first, of equals the oldest.</item>
/// <item>W2: a sweep offers at most <see cref="MaxPerSweep"/> flows; sweeps are at least <see cref="SweepMs"/> apart.</item>
/// <item>W3: a flow refused again waits <see cref="FirstWaitMs"/>, then twice as long each time, up to <see cref="MaxWaitMs"/>; or until a
/// flow leaves the NIC that had what it needs.</item>
/// <item>W4: while the NIC has room and no flow is refused, every waiting flow is offered.</item>
/// </list>
/// </summary>
internal sealed class OffloadWaitingList
{
    public const int MaxPerSweep = 1_024;
    public const int SweepMs = 250;
    public const int ProbeMs = 1_000;
    public const int FirstWaitMs = 1_000;
    public const int MaxWaitMs = 30_000;

    private static readonly int Kinds = Enum.GetValues<OffloadShortage>().Length;

    private sealed class Wait
    {
        public OffloadShortage Kind;
        public bool IsOffered;
        public long Packets;
        public long MeasuredMs;
        public long Rate;
        public long NotBeforeMs;
        public int DelayMs;
    }

    /// <summary>One kind of shortage during a sweep.</summary>
    private struct Lane
    {
        public int Window;
        public int Open;
        public bool IsEnded;
        public Queue<DatapathFlow>? Candidates;
    }

    private readonly Dictionary<DatapathFlow, Wait> _waits = [];
    private readonly Lane[] _lanes = new Lane[Kinds];
    private readonly PriorityQueue<DatapathFlow, (long Rate, long Age)> _best = new();
    private long _nextSweepMs;
    private long _nextProbeMs;
    private int _leftInSweep;
    private int _freed;

    public int Count => _waits.Count;

    public long Offered { get; private set; }

    public long Taken { get; private set; }

    /// <summary>The flow waits for what any other has that leaves the NIC.</summary>
    public bool IsHelpedByAnother(DatapathFlow flow) => _waits.TryGetValue(flow, out var wait) && IsPerFlow(wait.Kind);

    /// <summary>A flow has left the NIC: there may be room for another.</summary>
    public void Freed()
    {
        if (_waits.Count > 0) _freed++;
    }

    /// <summary>The NIC refused the flow for want of room; to be called again at each refusal.</summary>
    public void Add(DatapathFlow flow, OffloadShortage kind, long nowMs)
    {
        // One that made place for a busier flow is as the others of its kind, but is not to take it back at once.
        var isOutdone = kind == OffloadShortage.Busier;
        if (isOutdone) kind = OffloadShortage.Rules;
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_waits, flow, out _);
        if (entry is null)
        {
            // What is refused anew was tried just now.
            if (_waits.Count == 1) _nextProbeMs = nowMs + ProbeMs;
            _lanes[(int)kind].IsEnded = true;
            entry = new Wait { Kind = kind, Packets = flow.Packets, MeasuredMs = nowMs, DelayMs = FirstWaitMs };
            entry.NotBeforeMs = isOutdone ? nowMs + FirstWaitMs : nowMs;
            return;
        }

        if (!entry.IsOffered) return;
        ref var lane = ref _lanes[(int)entry.Kind];
        lane.IsEnded = true;
        lane.Open--;
        (entry.IsOffered, entry.Kind) = (false, kind);
        entry.NotBeforeMs = nowMs + entry.DelayMs;
        entry.DelayMs = Math.Min(entry.DelayMs * 2, MaxWaitMs);
    }

    /// <summary>The flow is gone, or the NIC has said something else of it than that there is no room.</summary>
    /// <param name="isTaken">The NIC executes it now.</param>
    public void Remove(DatapathFlow flow, bool isTaken = false)
    {
        if (_waits.Count == 0 || !_waits.Remove(flow, out var wait) || !wait.IsOffered) return;
        ref var lane = ref _lanes[(int)wait.Kind];
        lane.Open--;
        if (!isTaken) return;
        Taken++;
        lane.Window = Math.Min(lane.Window + 1, MaxPerSweep);
    }

    public void Clear()
    {
        _waits.Clear();
        Array.Clear(_lanes);
        _freed = _leftInSweep = 0;
    }

    /// <summary>The next flow to offer; null when none may be offered now.</summary>
    public DatapathFlow? Take(long nowMs)
    {
        if (_waits.Count == 0) return null;
        if (nowMs >= _nextSweepMs && IsSpent()) Sweep(nowMs);
        for (var kind = 1; kind < Kinds && _leftInSweep > 0; kind++)
        {
            ref var lane = ref _lanes[kind];
            while (!lane.IsEnded && lane.Open < lane.Window && lane.Candidates is { } candidates && candidates.TryDequeue(out var flow))
            {
                if (!_waits.TryGetValue(flow, out var wait) || wait.IsOffered || wait.Kind != (OffloadShortage)kind) continue;
                wait.IsOffered = true;
                lane.Open++;
                Offered++;
                _leftInSweep--;
                return flow;
            }
        }

        return null;
    }

    /// <summary>What a flow had is free for any other, but for a mask, which more flows may have.</summary>
    private static bool IsPerFlow(OffloadShortage kind) => kind is OffloadShortage.Rules or OffloadShortage.StatisticsContexts;

    private bool IsSpent()
    {
        if (_leftInSweep == 0) return true;
        foreach (ref readonly var lane in _lanes.AsSpan())
            if (!lane.IsEnded && lane.Candidates is { Count: > 0 }) return false;
        return true;
    }

    /// <summary>The last sweep found room for all that it offered.</summary>
    private bool HasFoundRoom()
    {
        foreach (ref readonly var lane in _lanes.AsSpan())
            if (!lane.IsEnded && lane.Window > 1 && lane.Open == 0) return true;
        return false;
    }

    private void Sweep(long nowMs)
    {
        if (_freed == 0 && nowMs < _nextProbeMs && !HasFoundRoom()) return;
        _nextSweepMs = nowMs + SweepMs;
        _nextProbeMs = nowMs + ProbeMs;
        _leftInSweep = MaxPerSweep;
        var freed = Math.Min(_freed, MaxPerSweep);
        _freed = 0;
        for (var kind = 1; kind < Kinds; kind++) Fill(ref _lanes[kind], (OffloadShortage)kind, freed, nowMs);
    }

    private void Fill(ref Lane lane, OffloadShortage kind, int freed, long nowMs)
    {
        var least = Math.Max(1, freed);
        var mayAll = freed > 0 && IsPerFlow(kind);
        lane.Window = lane.IsEnded ? least : Math.Max(lane.Window, least);
        lane.IsEnded = false;
        lane.Candidates ??= new Queue<DatapathFlow>();
        lane.Candidates.Clear();
        _best.Clear();
        foreach (var (flow, wait) in _waits)
        {
            if (wait.Kind != kind) continue;
            Measure(flow, wait, nowMs);
            if (wait.IsOffered || (wait.NotBeforeMs > nowMs && !(mayAll && wait.DelayMs > FirstWaitMs))) continue;
            // The first to go from the queue is the one that matters least.
            var priority = (wait.Rate, -flow.CreatedMs);
            if (_best.Count < MaxPerSweep) _best.Enqueue(flow, priority);
            else _best.EnqueueDequeue(flow, priority);
        }

        var order = new DatapathFlow[_best.Count];
        for (var i = order.Length - 1; i >= 0; i--) order[i] = _best.Dequeue();
        foreach (var flow in order) lane.Candidates.Enqueue(flow);
    }

    /// <summary>Packets a second since the last look; a look that follows too soon changes nothing.</summary>
    private static void Measure(DatapathFlow flow, Wait wait, long nowMs)
    {
        var passedMs = nowMs - wait.MeasuredMs;
        if (passedMs < SweepMs) return;
        wait.Rate = (flow.Packets - wait.Packets) * 1_000 / passedMs;
        (wait.Packets, wait.MeasuredMs) = (flow.Packets, nowMs);
    }
}
