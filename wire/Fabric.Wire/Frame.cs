namespace Fabric.Wire;

/// <summary>
/// One Ethernet frame (or, on the underlay, one outer IP packet) in a pinned buffer with head-room:
/// <code>
/// Buffer  |&lt;---- head-room ----&gt;|&lt;------- Bytes -------&gt;|&lt;- tail -&gt;|
///         0                     Offset        Offset+Length     Buffer.Length
/// </code>
/// Putting a header on is <see cref="TryPush"/>, taking one off is <see cref="Pull"/>; neither moves payload. A frame has one owner at a
/// time; handing it over (also inside a <see cref="FrameBatch"/>) hands over the right to touch it, and the last owner returns it to its
/// <see cref="FramePool"/>.
/// </summary>
public sealed class Frame
{
    /// <summary>
    /// Bytes kept free before a received frame: the common outer headers (IPv6 40 + UDP 8 + GENEVE 8 + 32 B options + inner tags).
    /// </summary>
    public const int HeadRoom = 128;

    private readonly byte[] _buffer;
    private int _offset;
    private int _length;

    internal Frame(FramePool pool, int bufferSize)
    {
        Pool = pool;
        _buffer = GC.AllocateUninitializedArray<byte>(bufferSize, pinned: true);
        _offset = HeadRoom;
    }

    /// <summary>Metadata, a field so that parts of it can be set in place.</summary>
    public PacketMetadata Metadata;

    /// <summary>0 for an ordinary frame; else the number of the trace this frame is marked with. Copies inherit it.</summary>
    public uint TraceId;

    /// <summary>Level that decided the actions being executed on this frame.</summary>
    public Tier Tier;

    public FramePool Pool { get; }

    /// <summary>True while the frame lies in its pool, where nobody may touch it.</summary>
    internal bool IsPooled { get; set; }

    public byte[] Buffer => _buffer;

    public int Offset => _offset;

    public int Length => _length;

    public int TailRoom => _buffer.Length - _offset - _length;

    public Span<byte> Bytes => _buffer.AsSpan(_offset, _length);

    /// <summary>Empties the frame for <paramref name="length"/> bytes after the standard head-room; contents are undefined.</summary>
    public Span<byte> Reset(int length)
    {
        Invariant.Check((uint)length <= (uint)(_buffer.Length - HeadRoom), "a frame fits its buffer");
        _offset = HeadRoom;
        _length = length;
        TraceId = 0;
        Tier = Tier.None;
        Metadata.Reset(Metadata.InPort);
        return _buffer.AsSpan(_offset, length);
    }

    /// <summary>Prepends <paramref name="size"/> undefined bytes; false when the head-room is too small (the frame is unchanged).</summary>
    public bool TryPush(int size, out Span<byte> header)
    {
        if ((uint)size > (uint)_offset)
        {
            header = default;
            return false;
        }

        _offset -= size;
        _length += size;
        header = _buffer.AsSpan(_offset, size);
        return true;
    }

    /// <summary>Drops <paramref name="size"/> bytes from the front.</summary>
    public void Pull(int size)
    {
        Invariant.Check((uint)size <= (uint)_length, "no more is pulled than there is");
        _offset += size;
        _length -= size;
    }

    /// <summary>Cuts the frame to <paramref name="length"/> bytes; longer than it is changes nothing.</summary>
    public void Truncate(int length) => _length = Math.Min(_length, length);

    /// <summary>Appends <paramref name="size"/> undefined bytes; false when the tail-room is too small.</summary>
    public bool TryExtend(int size, out Span<byte> tail)
    {
        tail = default;
        if ((uint)size > (uint)TailRoom) return false;
        tail = _buffer.AsSpan(_offset + _length, size);
        _length += size;
        return true;
    }

    /// <summary>
    /// Moves the bytes so that at least <paramref name="size"/> bytes of head-room are free; false when buffer is too small. It costs a
    /// copy
    /// and is meant for outer headers beyond <see cref="HeadRoom"/>; callers count it.
    /// </summary>
    public bool TryMakeHeadRoom(int size)
    {
        if (_offset >= size) return true;
        if (size + _length > _buffer.Length) return false;
        Bytes.CopyTo(_buffer.AsSpan(size));
        _offset = size;
        return true;
    }

    /// <summary>Makes this frame equal to <paramref name="source"/>: bytes, head-room and metadata.</summary>
    public void CopyFrom(Frame source)
    {
        Invariant.Check(source._offset + source._length <= _buffer.Length, "a copy fits its buffer");
        _offset = source._offset;
        _length = source._length;
        source.Bytes.CopyTo(_buffer.AsSpan(_offset));
        Metadata = source.Metadata;
        TraceId = source.TraceId;
        Tier = source.Tier;
    }
}
