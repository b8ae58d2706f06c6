using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>
/// The keys of one batch, in the form in which the tracker stores them: a head of 32 bytes, and the shape that tells which sections of the
/// whole key follow it. A plain key is all head, and its whole key is made only if somebody asks for it. Everything lies side by side on
/// cache-line boundaries outside the heap.
/// </summary>
public sealed unsafe class TrackedKeys : IDisposable
{
    /// <summary>
    /// So many keys ahead of the one in use an entry is brought all the way; marks that are no key's follow the last, for the same to be
    /// done at a batch's end.
    /// </summary>
    internal const int Lead = 8;

    private readonly NativeSlab _headSlab = new((long)FrameBatch.Capacity * sizeof(Vector256<byte>));
    private readonly NativeSlab _markSlab = new((long)(FrameBatch.Capacity + Lead) * sizeof(Mark));
    private readonly NativeSlab _keySlab = new((long)FrameBatch.Capacity * sizeof(FlowKey));
    private readonly FlowKey* _keys;

    /// <summary>A bit for each key that has been made whole.</summary>
    private ulong _whole;

    public TrackedKeys()
    {
        Heads = (Vector256<byte>*)_headSlab.Pointer;
        Marks = (Mark*)_markSlab.Pointer;
        _keys = (FlowKey*)_keySlab.Pointer;
        NativeMemory.Clear(Marks, (nuint)((FrameBatch.Capacity + Lead) * sizeof(Mark)));
        // A key is cleared by what it says of itself before it is used again.
        NativeMemory.Clear(_keys, (nuint)(FrameBatch.Capacity * sizeof(FlowKey)));
    }

    public int Count { get; internal set; }

    internal Vector256<byte>* Heads { get; }

    internal Mark* Marks { get; }

    /// <summary>Makes the whole keys of a batch's frames and nothing else: nobody looks for entries.</summary>
    internal Span<FlowKey> ReadWhole(ReadOnlySpan<Frame> frames)
    {
        for (var i = 0; i < frames.Length; i++) FlowExtractor.Extract(frames[i], ref _keys[i]);
        Count = frames.Length;
        _whole = ulong.MaxValue;
        return new Span<FlowKey>(_keys, frames.Length);
    }

    /// <summary>Makes the key of any frame.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Put(int index, Frame frame)
    {
        FlowExtractor.Extract(frame, ref _keys[index]);
        PutWhole(index);
    }

    public void Add(in FlowKey key)
    {
        _keys[Count] = key;
        PutWhole(Count++);
    }

    /// <summary>The whole key at <paramref name="index"/>; <paramref name="frame"/> must still be as it was added.</summary>
    internal ref FlowKey Whole(int index, Frame frame)
    {
        ref var key = ref _keys[index];
        if ((_whole & (1UL << index)) != 0) return ref key;
        FlowExtractor.Extract(frame, ref key);
        _whole |= 1UL << index;
        return ref key;
    }

    /// <summary>The whole key of one that is not plain; of a plain one nothing that may be read.</summary>
    internal ref FlowKey Known(int index) => ref _keys[index];

    internal ushort TcpFlagsAt(int index) =>
        (Marks[index].Shape & TrackedFlow.Compact) != 0 ? CompactKey.TcpFlags(Heads[index]) : Known(index).TcpFlags;

    public void Clear()
    {
        Count = 0;
        _whole = 0;
    }

    public void Dispose()
    {
        _headSlab.Dispose();
        _markSlab.Dispose();
        _keySlab.Dispose();
    }

    private void PutWhole(int index)
    {
        Marks[index].Shape = TrackedFlow.ShapeOf(ref _keys[index], out Heads[index]);
        _whole |= 1UL << index;
    }

    /// <summary>What goes with one key.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 16)]
    internal struct Mark
    {
        [FieldOffset(0)] public uint Hash;
        [FieldOffset(4)] public uint Shape;

        /// <summary>Both of the above, for one store.</summary>
        [FieldOffset(0)] public ulong HashAndShape;

        /// <summary>The key's home when it was added. Nothing depends on it but what is sent for.</summary>
        [FieldOffset(8)] public uint Bucket;

        /// <summary>The entry that the key's bucket suggests, or -1.</summary>
        [FieldOffset(12)] public int Candidate;
    }
}
