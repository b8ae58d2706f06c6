using System.Diagnostics.CodeAnalysis;

namespace Fabric.Wire;

/// <summary>
/// Lends frames and batches, and bounds how many exist. The one object that several owners share, hence its locks. Frames are rented and
/// returned one by one at millions a second from different threads, so each thread works on a magazine of its own and meets the others only
/// when that is empty or full. When <see cref="Capacity"/> frames are out, renting fails and the caller drops with
/// <see cref="DropReason.NoBuffer"/>: memory is bounded whatever the load.
/// </summary>
public sealed class FramePool
{
    /// <summary>Head-room plus a 1,600-byte underlay packet plus slack for tags pushed by actions.</summary>
    public const int DefaultBufferSize = 2048;

    /// <summary>Threads share magazines by their number; more magazines than processors do not help.</summary>
    private const int MagazineCount = 16;

    private readonly Lock _lock = new();
    private readonly int _bufferSize;
    private readonly Magazine[] _magazines = [.. Enumerable.Range(0, MagazineCount).Select(_ => new Magazine())];
    private readonly Stack<Frame> _depot = new();
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

    /// <summary>Frames rented and not yet returned; exact while nobody rents or returns.</summary>
    public int Outstanding
    {
        get
        {
            var here = 0;
            foreach (var magazine in _magazines)
            {
                lock (magazine.Lock) here += magazine.Count;
            }

            lock (_lock) return _created - _depot.Count - here;
        }
    }

    private Magazine Own => _magazines[Environment.CurrentManagedThreadId % MagazineCount];

    /// <summary>A frame of <paramref name="length"/> undefined bytes; false when the pool is exhausted or the length does not
    /// fit.</summary>
    public bool TryRent(int length, [NotNullWhen(true)] out Frame? frame)
    {
        frame = null;
        if ((uint)length > (uint)MaxFrameSize) return false;
        var own = Own;
        lock (own.Lock)
        {
            if (own.Count == 0 && !TryFill(own)) return false;
            frame = own.Pop();
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
        var own = Own;
        lock (own.Lock) TakeBack(own, frame);
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
        var own = Own;
        lock (own.Lock)
        {
            foreach (var frame in batch.Frames) TakeBack(own, frame);
        }

        batch.Clear();
        Return(batch);
    }

    private void TakeBack(Magazine own, Frame frame)
    {
        Invariant.Check(!frame.IsPooled, "a frame is returned once");
        Invariant.Check(ReferenceEquals(frame.Pool, this), "a frame returns to its own pool");
        frame.IsPooled = true;
        if (own.IsFull)
        {
            lock (_lock)
            {
                while (own.Count > Magazine.Half) _depot.Push(own.Pop());
            }
        }

        own.Push(frame);
    }

    /// <summary>Half a magazine from the depot; else a new frame; else, at the limit, what lies idle in another thread's
    /// magazine.</summary>
    private bool TryFill(Magazine own)
    {
        lock (_lock)
        {
            while (own.Count < Magazine.Half && _depot.TryPop(out var frame)) own.Push(frame);
            if (own.Count > 0) return true;
            if (_created < Capacity)
            {
                _created++;
                own.Push(new Frame(this, _bufferSize));
                return true;
            }
        }

        foreach (var other in _magazines)
        {
            // Only a try: two threads that want each other's frames must not wait for each other.
            if (ReferenceEquals(other, own) || !other.Lock.TryEnter()) continue;
            try
            {
                if (other.Count == 0) continue;
                own.Push(other.Pop());
                return true;
            }
            finally
            {
                other.Lock.Exit();
            }
        }

        return false;
    }

    private sealed class Magazine
    {
        public const int Half = FrameBatch.Capacity;

        private readonly Frame[] _frames = new Frame[2 * Half];

        public readonly Lock Lock = new();

        public int Count { get; private set; }

        public bool IsFull => Count == _frames.Length;

        public void Push(Frame frame) => _frames[Count++] = frame;

        public Frame Pop()
        {
            var frame = _frames[--Count];
            _frames[Count] = null!;
            return frame;
        }
    }
}
