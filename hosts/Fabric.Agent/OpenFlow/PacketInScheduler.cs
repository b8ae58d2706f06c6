using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>
/// Limits how many packets a second go to one controller (OVS: <c>ofproto/pinsched.c</c>). What is over the rate waits, one queue per
/// input port, and the queues take turns, so that a flooded port does not starve the others; when the burst is full, the longest queue
/// loses its oldest.
/// </summary>
internal sealed class PacketInScheduler<T>
{
    private const int DefaultRate = 1000;
    private const int MaxPerRun = 50;

    /// <summary>In thousandths of a packet, so that a rate in packets a second is a rate per millisecond.</summary>
    private const long PacketCost = 1000;

    private readonly SortedDictionary<ushort, Queue<T>> _queues = [];
    private long _tokens;
    private long? _filledMs;
    private int _rate;
    private int _burst;
    private ushort? _last;

    /// <param name="rate">Packets a second; 0 or less is 1000.</param>
    /// <param name="burst">Packets; 0 or less is a quarter of the rate.</param>
    public PacketInScheduler(int rate, int burst) => Configure(rate, burst);

    public int BacklogCount { get; private set; }

    public long BypassedCount { get; private set; }

    public long QueuedCount { get; private set; }

    public long DroppedCount { get; private set; }

    public void Configure(int rate, int burst)
    {
        _rate = rate > 0 ? rate : DefaultRate;
        _burst = Math.Max(1, burst > 0 ? burst : _rate / 4);
        _tokens = Math.Min(_tokens, _burst * PacketCost);
        while (BacklogCount > _burst) Drop();
    }

    /// <summary>True when the packet may go now; else it waits here.</summary>
    public bool TryPass(T packet, OfpPort input, long nowMs)
    {
        if (BacklogCount == 0 && TryTakeToken(nowMs))
        {
            BypassedCount++;
            return true;
        }

        if (BacklogCount >= _burst) Drop();
        if (!_queues.TryGetValue(input.Value, out var queue)) _queues.Add(input.Value, queue = new Queue<T>());
        queue.Enqueue(packet);
        BacklogCount++;
        QueuedCount++;
        return false;
    }

    /// <summary>What may go now, at most 50 a call.</summary>
    public IEnumerable<T> Run(long nowMs)
    {
        for (var i = 0; i < MaxPerRun && BacklogCount > 0 && TryTakeToken(nowMs); i++) yield return TakeNext();
    }

    private T TakeNext()
    {
        var port = _queues.Keys.Where(p => p > _last).Cast<ushort?>().FirstOrDefault() ?? _queues.Keys.First();
        _last = port;
        return Take(port);
    }

    private T Take(ushort port)
    {
        var packet = _queues[port].Dequeue();
        if (_queues[port].Count == 0) _queues.Remove(port);
        BacklogCount--;
        return packet;
    }

    private void Drop()
    {
        DroppedCount++;
        Take(_queues.MaxBy(q => q.Value.Count).Key);
    }

    private bool TryTakeToken(long nowMs)
    {
        if (_tokens < PacketCost && (_filledMs is null || nowMs > _filledMs))
        {
            var limit = _burst * PacketCost;
            _tokens = _filledMs is { } filled ? Math.Min(limit, _tokens + (_rate * (nowMs - filled))) : limit;
            _filledMs = nowMs;
        }

        if (_tokens < PacketCost) return false;
        _tokens -= PacketCost;
        return true;
    }
}
