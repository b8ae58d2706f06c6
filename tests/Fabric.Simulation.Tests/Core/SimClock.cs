namespace Fabric.Simulation.Tests;

/// <summary>
/// Virtual time: a queue of things to do, done one by one in the order of their due times (and of their making, where those are equal).
/// Everything done goes into <see cref="TraceHash"/>, so two runs that differ anywhere show it.
/// </summary>
internal sealed class SimClock
{
    private readonly PriorityQueue<(string Kind, Action Action), (long AtUs, long Order)> _queue = new();
    private long _order;

    /// <summary>Starts at 100 s, so that no engine takes the first moment for "never".</summary>
    public long NowUs { get; private set; } = 100_000_000;

    public long NowMs => NowUs / 1000;

    public long Steps { get; private set; }

    public ulong TraceHash { get; private set; } = 0xcbf2_9ce4_8422_2325;

    public void At(long atUs, string kind, Action action) => _queue.Enqueue((kind, action), (Math.Max(atUs, NowUs), ++_order));

    public void In(long delayUs, string kind, Action action) => At(NowUs + delayUs, kind, action);

    /// <summary>Does everything due up to then; false when nothing is left at all.</summary>
    public bool RunUntil(long untilUs)
    {
        while (_queue.TryPeek(out _, out var due) && due.AtUs <= untilUs)
        {
            var (kind, action) = _queue.Dequeue();
            NowUs = due.AtUs;
            Steps++;
            Mix((ulong)NowUs);
            foreach (var letter in kind) Mix(letter);
            action();
        }

        if (untilUs != long.MaxValue) NowUs = Math.Max(NowUs, untilUs);
        return _queue.Count > 0;
    }

    public void Mix(ulong value) => TraceHash = (TraceHash ^ value) * 0x0000_0100_0000_01b3;

    public void Mix(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes) Mix(value);
    }
}
