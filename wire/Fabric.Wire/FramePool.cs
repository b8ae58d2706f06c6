using System.Diagnostics.CodeAnalysis;

namespace Fabric.Wire;

/// <summary>
/// Lends frames and batches, and bounds how many exist. The one object that several owners share, hence its lock: it is taken once per
/// frame or batch for a few instructions. When <see cref="Capacity"/> frames are out, renting fails and the caller drops with
/// <see cref="DropReason.NoBuffer"/>: memory is bounded whatever the load.
/// </summary>
public sealed class FramePool
{
    /// <summary>Head-room plus a 1,600-byte underlay packet plus slack for tags pushed by actions.</summary>
    public const int DefaultBufferSize = 2048;

    private readonly Lock _lock = new();
    private readonly int _bufferSize;
    private readonly Stack<Frame> _frames = new();
    private readonly Stack<FrameBatch> _batches = new();
    private int _created;

    public FramePool(int capacity = 65_536, int bufferSize = DefaultBufferSize)
    {
        Capacity = capacity;
        _bufferSize = bufferSize;
    }

    /// <summary>Most frames that can be out at once.</summary>
    public int Capacity { get; }

    public int BufferSize => _bufferSize;

    /// <summary>Longest frame that fits after the head-room, bytes.</summary>
    public int MaxFrameSize => _bufferSize - Frame.HeadRoom;

    /// <summary>Frames rented and not yet returned.</summary>
    public int Outstanding
    {
        get { lock (_lock) return _created - _frames.Count; }
    }

    /// <summary>
    /// A frame of <paramref name="length"/> undefined bytes; false when the pool is exhausted or the length does not fit.
    /// </summary>
    public bool TryRent(int length, [NotNullWhen(true)] out Frame? frame)
    {
        frame = null;
        if ((uint)length > (uint)MaxFrameSize) return false;
        lock (_lock)
        {
            if (!_frames.TryPop(out frame))
            {
                if (_created == Capacity) return false;
                _created++;
                frame = new Frame(this, _bufferSize);
            }
        }

        frame.IsPooled = false;
        frame.Reset(length);
        return true;
    }

    /// <summary>A copy of <paramref name="source"/>, metadata and mark included.</summary>
    public bool TryCopy(Frame source, [NotNullWhen(true)] out Frame? copy)
    {
        if (source.Offset + source.Length > _bufferSize || !TryRent(0, out copy))
        {
            copy = null;
            return false;
        }

        copy.CopyFrom(source);
        return true;
    }

    public void Return(Frame frame)
    {
        Invariant.Check(!frame.IsPooled, "a frame is returned once");
        Invariant.Check(ReferenceEquals(frame.Pool, this), "a frame returns to its own pool");
        frame.IsPooled = true;
        lock (_lock) _frames.Push(frame);
    }

    /// <summary>An empty batch. Batches are small and follow the frames, so they are not bounded apart.</summary>
    public FrameBatch RentBatch()
    {
        FrameBatch? batch;
        lock (_lock)
        {
            if (!_batches.TryPop(out batch)) batch = new FrameBatch(this);
        }

        batch.IsPooled = false;
        return batch;
    }

    /// <summary>Returns an empty batch, whose frames have found other owners.</summary>
    public void Return(FrameBatch batch)
    {
        Invariant.Check(batch.Count == 0 && !batch.IsPooled, "only an empty batch is returned, and once");
        batch.IsPooled = true;
        lock (_lock) _batches.Push(batch);
    }

    /// <summary>Returns a batch together with every frame still in it.</summary>
    public void ReturnWithFrames(FrameBatch batch)
    {
        Invariant.Check(!batch.IsPooled, "a batch is returned once");
        lock (_lock)
        {
            foreach (var frame in batch.Frames)
            {
                Invariant.Check(!frame.IsPooled, "a frame is returned once");
                frame.IsPooled = true;
                _frames.Push(frame);
            }

            batch.Clear();
            batch.IsPooled = true;
            _batches.Push(batch);
        }
    }
}
