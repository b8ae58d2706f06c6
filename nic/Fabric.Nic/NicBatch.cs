using System.Runtime.CompilerServices;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>
/// Working room for one batch: frames with their keys, hashes and L1 entries side by side. The keys lie on cache-line boundaries outside
/// the heap, so the base sections of a key are one line.
/// </summary>
internal sealed unsafe class NicBatch : IDisposable
{
    private readonly NativeSlab _keys = new((long)FrameBatch.Capacity * sizeof(FlowKey), cleared: true);
    private byte[][]? _captured;
    private readonly int[] _capturedSizes = new int[FrameBatch.Capacity];
    private readonly NicPort?[] _capturedPorts = new NicPort?[FrameBatch.Capacity];

    public readonly Frame[] Frames = new Frame[FrameBatch.Capacity];
    public readonly FallbackReason[] MissReasons = new FallbackReason[FrameBatch.Capacity];
    public readonly uint[] Hashes = new uint[FrameBatch.Capacity];
    public readonly int[] Entries = new int[FrameBatch.Capacity];

    public int Count { get; private set; }

    public Span<FlowKey> Keys => new(_keys.Pointer, Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Frame frame, FallbackReason missReason)
    {
        Frames[Count] = frame;
        MissReasons[Count] = missReason;
        FlowExtractor.Extract(frame, ref ((FlowKey*)_keys.Pointer)[Count]);
        Count++;
    }

    /// <summary>Keeps a copy of a frame's bytes as they are now for the place that <see cref="Add"/> fills next.</summary>
    public void KeepForCapture(NicPort port, Frame frame)
    {
        _captured ??= new byte[FrameBatch.Capacity][];
        ref var copy = ref _captured[Count];
        if (copy is null || copy.Length < frame.Length) copy = new byte[Math.Max(frame.Length, FramePool.DefaultBufferSize)];
        frame.Bytes.CopyTo(copy);
        _capturedSizes[Count] = frame.Length;
        _capturedPorts[Count] = port;
    }

    /// <summary>The frame at <paramref name="index"/> is not under capture after all, or its copy has been used.</summary>
    public NicPort? TakeCaptured(int index, out ReadOnlySpan<byte> bytes)
    {
        var port = _capturedPorts[index];
        bytes = default;
        if (port is null) return null;
        _capturedPorts[index] = null;
        bytes = _captured![index].AsSpan(0, _capturedSizes[index]);
        return port;
    }

    public void Clear() => Count = 0;

    public void Dispose() => _keys.Dispose();
}
