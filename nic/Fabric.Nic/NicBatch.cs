using Fabric.Datapath;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>Working room for one batch: what is known of its frames beside their keys, and copies of those under capture.</summary>
internal sealed class NicBatch : IDisposable
{
    private byte[][]? _captured;
    private readonly int[] _capturedSizes = new int[FrameBatch.Capacity];
    private readonly NicPort?[] _capturedPorts = new NicPort?[FrameBatch.Capacity];

    public readonly FallbackReason[] MissReasons = new FallbackReason[FrameBatch.Capacity];

    /// <summary>What L2 found, when it is asked for all frames at once.</summary>
    public readonly NicFlow?[] Flows = new NicFlow?[FrameBatch.Capacity];

    public TrackedKeys Keys { get; } = new();

    /// <summary>Some frame is marked for a trace or was under capture: all of the batch takes the way that tells.</summary>
    public bool IsWatched { get; set; }

    /// <summary>Keeps a copy of a frame's bytes as they are now for the place <paramref name="index"/>.</summary>
    public void KeepForCapture(int index, NicPort port, Frame frame)
    {
        _captured ??= new byte[FrameBatch.Capacity][];
        ref var copy = ref _captured[index];
        if (copy is null || copy.Length < frame.Length) copy = new byte[Math.Max(frame.Length, FramePool.DefaultBufferSize)];
        frame.Bytes.CopyTo(copy);
        _capturedSizes[index] = frame.Length;
        _capturedPorts[index] = port;
        IsWatched = true;
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

    public void Dispose() => Keys.Dispose();
}
