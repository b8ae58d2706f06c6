using System.Buffers.Binary;

namespace Fabric.OpenFlow;

/// <summary>
/// Takes big-endian numbers from the front of some bytes. Reading past the end never throws: it gives zeros and is remembered in
/// <see cref="IsExhausted"/>, so that a decoder may read a whole record and ask once.
/// </summary>
public ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    public readonly int Remaining => _bytes.Length - Position;

    public readonly ReadOnlySpan<byte> Rest => _bytes[Position..];

    /// <summary>More was asked for than there is.</summary>
    public bool IsExhausted { get; private set; }

    public byte U8() => TryAdvance(1, out var at) ? _bytes[at] : (byte)0;

    public ushort U16() => TryAdvance(2, out var at) ? BinaryPrimitives.ReadUInt16BigEndian(_bytes[at..]) : (ushort)0;

    public uint U32() => TryAdvance(4, out var at) ? BinaryPrimitives.ReadUInt32BigEndian(_bytes[at..]) : 0;

    public ulong U64() => TryAdvance(8, out var at) ? BinaryPrimitives.ReadUInt64BigEndian(_bytes[at..]) : 0;

    /// <summary>A number of at most 16 bytes; of longer ones, the last 16.</summary>
    public UInt128 Number(int size) => ToNumber(Bytes(size));

    /// <inheritdoc cref="Number"/>
    public static UInt128 ToNumber(ReadOnlySpan<byte> bytes)
    {
        switch (bytes.Length)
        {
            case 1: return bytes[0];
            case 2: return BinaryPrimitives.ReadUInt16BigEndian(bytes);
            case 4: return BinaryPrimitives.ReadUInt32BigEndian(bytes);
            case 8: return BinaryPrimitives.ReadUInt64BigEndian(bytes);
            case 16: return BinaryPrimitives.ReadUInt128BigEndian(bytes);
        }

        UInt128 value = 0;
        foreach (var b in bytes) value = (value << 8) | b;
        return value;
    }

    /// <summary>Empty when there are fewer than <paramref name="size"/>.</summary>
    public ReadOnlySpan<byte> Bytes(int size) => TryAdvance(size, out var at) ? _bytes.Slice(at, size) : default;

    /// <summary>Skips padding, whatever it holds.</summary>
    public void Skip(int size) => TryAdvance(size, out _);

    /// <summary>Skips padding; false when it is not all zero (or not all there).</summary>
    public bool SkipZeros(int size) => !Bytes(size).ContainsAnyExcept((byte)0) && !IsExhausted;

    private bool TryAdvance(int size, out int at)
    {
        at = Position;
        if ((uint)size > (uint)Remaining)
        {
            IsExhausted = true;
            Position = _bytes.Length;
            return false;
        }

        Position += size;
        return true;
    }
}
