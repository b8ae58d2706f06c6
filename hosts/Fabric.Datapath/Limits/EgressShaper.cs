using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// Makes the frames of one port keep to its rates (Linux <c>sch_htb</c> and <c>sch_hfsc</c> as OVS sets them up): a rate for the port, and
/// for each queue a rate it is guaranteed and one it may not exceed. Pure: time is passed in, frames that may not leave yet wait here, and
/// the owner takes them out when <see cref="NextReleaseMs"/> has come.
/// <para>It is the last thing before the wire or the VF, where the frames of both paths, NIC and host, have come together; so no flow can
/// be offloaded past a limit.</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>Q1: in any span of time a queue sends at most its maximum rate times the span, plus its burst, plus one frame; likewise the
/// port.</item>
/// <item>Q2: a queue with frames waiting gets its guaranteed rate, as long as the guarantees together do not exceed the port's rate.</item>
/// <item>Q3: what is left of the port's rate goes to the queues of the smallest priority number, shared by their guarantees.</item>
/// <item>Q4: frames of one queue leave in order, and every frame offered leaves, waits, or was refused and counted.</item>
/// </list>
/// <para>Not modelled: the kernel's rate tables and quantum; hfsc's separate delay curves; queueing disciplines without rates
/// (<c>fq_codel</c>, <c>netem</c>), which pass everything.</para>
/// </summary>
public sealed class EgressShaper
{
    /// <summary>Frames that may wait in one queue (Linux: the device's <c>txqueuelen</c>).</summary>
    public const int DefaultQueueLimit = 1_000;

    /// <summary>The bursts below hold what a rate gives in this time, so a caller may be this late without losing rate.</summary>
    public const int BurstMs = 25;
    private const long MinBurstBits = 2 * 1514 * 8;

    private readonly SortedDictionary<uint, ShapedQueue> _queues = [];
    private TokenBucket _port;
    private long _nowMs;

    public EgressShaper(QosSettings settings, long nowMs, int queueLimit = DefaultQueueLimit)
    {
        Settings = settings;
        _nowMs = nowMs;
        var rate = RateOf(settings.MaxRateBps, QosSettings.DefaultMaxRateBps);
        _port = new TokenBucket(rate, Burst(rate, 0), nowMs);
        foreach (var (number, queue) in settings.Queues) _queues.Add(number, new ShapedQueue(number, queue, rate, queueLimit, nowMs));
        if (!_queues.ContainsKey(0)) _queues.Add(0, new ShapedQueue(0, new QueueSettings(), rate, queueLimit, nowMs));
    }

    public QosSettings Settings { get; }

    /// <summary>Frames that wait.</summary>
    public int QueuedCount { get; private set; }

    public IEnumerable<QueueStatistics> Queues =>
        _queues.Values.Select(q => new QueueStatistics(q.Number, q.TxPackets, q.TxBytes, q.TxErrors, q.Count, q.CreatedMs));

    /// <summary>
    /// When the next waiting frame may leave; null while none waits. Never in the past: now means that <see cref="TryRelease"/> has one.
    /// </summary>
    public long? NextReleaseMs
    {
        get
        {
            if (QueuedCount == 0) return null;
            var soonest = long.MaxValue;
            foreach (var queue in _queues.Values)
            {
                if (queue.Count == 0) continue;
                var share = queue.Settings.MinRateBps > 0 ? Math.Min(queue.Guaranteed.WaitMs, _port.WaitMs) : _port.WaitMs;
                soonest = Math.Min(soonest, Math.Max(queue.Ceiling.WaitMs, share));
            }

            return _nowMs + soonest;
        }
    }

    /// <summary>
    /// Takes over what an earlier configuration counted, and returns the frames that waited in it, oldest of each queue first.
    /// </summary>
    public List<Frame> TakeOver(EgressShaper earlier)
    {
        var frames = new List<Frame>();
        foreach (var old in earlier._queues.Values)
        {
            if (_queues.TryGetValue(old.Number, out var queue))
                (queue.TxPackets, queue.TxBytes, queue.TxErrors) = (old.TxPackets, old.TxBytes, old.TxErrors);
            while (old.Count > 0) frames.Add(old.Dequeue());
        }

        earlier.QueuedCount = 0;
        return frames;
    }

    /// <summary>
    /// Offers a frame, whose queue <c>Metadata.SkbPriority</c> tells. Pass: it may leave now and is counted. Queue: it waits here. Drop:
    /// its queue is full, and it stays the caller's to drop as <see cref="DropReason.QosQueueFull"/>.
    /// </summary>
    public ShaperVerdict Offer(Frame frame, long nowMs)
    {
        Fill(nowMs);
        var queue = _queues.GetValueOrDefault(QosSettings.QueueOf(frame.Metadata.SkbPriority)) ?? _queues[0];
        // What waits goes first, also in other queues: who comes just when the rate allows a frame must not always be the one.
        if (QueuedCount == 0 && IsEligible(queue))
        {
            Send(queue, frame);
            return ShaperVerdict.Pass;
        }

        if (!queue.TryEnqueue(frame))
        {
            queue.TxErrors++;
            return ShaperVerdict.Drop;
        }

        if (queue.Count == 1) queue.Served = Math.Max(queue.Served, LeastServed(queue));
        QueuedCount++;
        return ShaperVerdict.Queue;
    }

    /// <summary>A waiting frame that may leave now, if there is one. Call until false.</summary>
    public bool TryRelease(long nowMs, [NotNullWhen(true)] out Frame? frame)
    {
        frame = null;
        if (QueuedCount == 0) return false;
        Fill(nowMs);
        ShapedQueue? best = null;
        var bestIsGuaranteed = false;
        foreach (var queue in _queues.Values)
        {
            if (queue.Count == 0 || !IsEligible(queue)) continue;
            var isGuaranteed = IsGuaranteed(queue);
            if (best is not null && !IsBefore(queue, isGuaranteed, best, bestIsGuaranteed)) continue;
            (best, bestIsGuaranteed) = (queue, isGuaranteed);
        }

        if (best is null) return false;
        frame = best.Dequeue();
        QueuedCount--;
        Send(best, frame);
        return true;
    }

    /// <summary>A waiting frame, whatever the rates say: for when the port goes.</summary>
    public bool TryEvict([NotNullWhen(true)] out Frame? frame)
    {
        frame = null;
        if (QueuedCount == 0) return false;
        frame = _queues.Values.First(q => q.Count > 0).Dequeue();
        QueuedCount--;
        return true;
    }

    internal static long RateOf(long wanted, long otherwise) => wanted > 0 ? wanted : otherwise;

    internal static long Burst(long rateBps, long wantedBits) => Math.Max(Math.Max(wantedBits, MinBurstBits), rateBps / 1000 * BurstMs);

    private static bool IsGuaranteed(ShapedQueue queue) => queue.Settings.MinRateBps > 0 && queue.Guaranteed.HasTokens;

    private static bool IsBefore(ShapedQueue queue, bool isGuaranteed, ShapedQueue other, bool otherIsGuaranteed)
    {
        if (isGuaranteed != otherIsGuaranteed) return isGuaranteed;
        if (queue.Settings.Priority != other.Settings.Priority) return queue.Settings.Priority < other.Settings.Priority;
        return queue.Served < other.Served;
    }

    private bool IsEligible(ShapedQueue queue) => queue.Ceiling.HasTokens && (_port.HasTokens || IsGuaranteed(queue));

    private void Fill(long nowMs)
    {
        if (nowMs <= _nowMs) return;
        _nowMs = nowMs;
        _port.Fill(nowMs);
        foreach (var queue in _queues.Values) queue.Fill(nowMs);
    }

    private void Send(ShapedQueue queue, Frame frame)
    {
        var bits = frame.Length * 8L;
        if (IsGuaranteed(queue)) queue.Guaranteed.Take(bits);
        else queue.Served += bits * 1000 / queue.Weight;
        queue.Ceiling.Take(bits);
        _port.Take(bits);
        queue.TxPackets++;
        queue.TxBytes += frame.Length;
    }

    /// <summary>A queue that was idle has saved nothing up: it starts level with those that were not.</summary>
    private long LeastServed(ShapedQueue newcomer)
    {
        var least = long.MaxValue;
        foreach (var queue in _queues.Values)
            if (queue != newcomer && queue.Count > 0) least = Math.Min(least, queue.Served);
        return least == long.MaxValue ? newcomer.Served : least;
    }
}
