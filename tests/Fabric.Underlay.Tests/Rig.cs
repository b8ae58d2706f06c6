using System.Diagnostics;
using Fabric.Wire;

namespace Fabric.Underlay.Tests;

/// <summary>An underlay whose receiver keeps copies of what came in.</summary>
internal sealed class Rig : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<(uint Vtep, byte[] Packet)> _received = [];
    private long _count;

    public Rig(UnderlayOptions? options = null, int poolCapacity = 16_384, bool keeps = true)
    {
        Pool = new FramePool(poolCapacity);
        Underlay = new DirectUnderlay(Pool, (vtep, batch) => Take(vtep, batch, keeps), options);
    }

    public FramePool Pool { get; }

    public DirectUnderlay Underlay { get; }

    public long Count => Volatile.Read(ref _count);

    /// <summary>Runs on the receive thread before frames are taken; may block it.</summary>
    public Action Before { get; set; } = () => { };

    public List<(uint Vtep, byte[] Packet)> Received
    {
        get { lock (_lock) return [.. _received]; }
    }

    /// <summary>Waits until <paramref name="count"/> frames came, or a while without.</summary>
    public bool Await(long count, int timeoutMs = 30_000)
    {
        var watch = Stopwatch.StartNew();
        while (Count < count && watch.ElapsedMilliseconds < timeoutMs) Thread.Sleep(1);
        return Count >= count;
    }

    public void Dispose() => Underlay.Dispose();

    private void Take(uint vtep, FrameBatch batch, bool keeps)
    {
        Before();
        if (keeps)
        {
            lock (_lock)
            {
                foreach (var frame in batch.Frames) _received.Add((vtep, frame.Bytes.ToArray()));
            }
        }

        var count = batch.Count;
        batch.Pool.ReturnWithFrames(batch);
        Interlocked.Add(ref _count, count);
    }
}
