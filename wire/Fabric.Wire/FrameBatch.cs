namespace Fabric.Wire;

/// <summary>
/// Up to <see cref="Capacity"/> frames that travel together, in order, with one owner at a time. It is the unit in which frames move
/// between actors, and has no serializer on purpose: tenant frames never cross Akka.Remote.
/// </summary>
public sealed class FrameBatch
{
    /// <summary>Largest batch: at 64 a mailbox hop costs about 2 ns a frame; beyond it latency grows and nothing is gained.</summary>
    public const int Capacity = 64;

    private readonly Frame?[] _frames = new Frame?[Capacity];
    private int _count;

    internal FrameBatch(FramePool pool) => Pool = pool;

    public FramePool Pool { get; }

    /// <summary>Free for the sender's and receiver's use: which port or server the batch belongs to.</summary>
    public uint Port { get; set; }

    /// <summary>Set by the sender: which input of the receiver it is for.</summary>
    public FrameLane Lane { get; set; }

    /// <summary>For the PCIe channel's two ends: the epoch in whose ring these frames took their places.</summary>
    public ulong RingEpoch { get; set; }

    internal bool IsPooled { get; set; }

    public int Count => _count;

    public bool IsFull => _count == Capacity;

    public ReadOnlySpan<Frame> Frames => new Span<Frame?>(_frames, 0, _count)!;

    public Frame this[int index] => Frames[index];

    public void Add(Frame frame)
    {
        Invariant.Check(_count < Capacity, "a batch holds at most 64 frames");
        _frames[_count++] = frame;
    }

    /// <summary>Adds as many of <paramref name="frames"/> as there is room for; returns how many.</summary>
    public int Add(ReadOnlySpan<Frame> frames)
    {
        var count = Math.Min(frames.Length, Capacity - _count);
        frames[..count].CopyTo(_frames.AsSpan(_count)!);
        _count += count;
        return count;
    }

    /// <summary>Takes out the frame at <paramref name="index"/>; those behind it move up.</summary>
    public Frame RemoveAt(int index)
    {
        var frame = this[index];
        _frames.AsSpan(index + 1, _count - index - 1).CopyTo(_frames.AsSpan(index));
        _frames[--_count] = null;
        return frame;
    }

    /// <summary>Forgets the frames: their ownership has gone elsewhere.</summary>
    public void Clear()
    {
        Array.Clear(_frames, 0, _count);
        _count = 0;
    }
}
