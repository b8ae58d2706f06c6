using System.Buffers.Binary;

namespace Fabric.OpenFlow;

/// <summary>
/// Builds a message of big-endian numbers in one array that grows by doubling. Lengths that are known only later are put in with
/// <see cref="PatchU16"/>. One writer serves many messages: <see cref="Clear"/> keeps the array.
/// </summary>
public sealed class WireWriter(int capacity = 256)
{
    private byte[] _bytes = new byte[capacity];

    /// <summary>Bytes written so far; also the position of what comes next.</summary>
    public int Size { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Size);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Size);

    public byte[] ToArray() => Written.ToArray();

    public void Clear() => Size = 0;

    /// <summary>Takes back all from <paramref name="size"/> on.</summary>
    public void Truncate(int size) => Size = size;

    public void U8(byte value) => Take(1)[0] = value;

    public void U16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);

    public void U32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(8), value);

    /// <summary>The low <paramref name="size"/> bytes; zeros come in front when there are more than 16.</summary>
    public void Number(UInt128 value, int size)
    {
        var bytes = Take(size);
        switch (size)
        {
            case 1: bytes[0] = (byte)value; return;
            case 2: BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value); return;
            case 4: BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)value); return;
            case 8: BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)value); return;
            case 16: BinaryPrimitives.WriteUInt128BigEndian(bytes, value); return;
        }

        for (var i = size - 1; i >= 0; i--, value >>= 8) bytes[i] = (byte)value;
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void Zeros(int size) => Take(size).Clear();

    /// <summary>Zeros until the part that began at <paramref name="start"/> is a multiple of 8 bytes long.</summary>
    public void PadTo8(int start) => Zeros(-(Size - start) & 7);

    /// <summary>A text of fixed size, cut so that a zero byte ends it.</summary>
    public void FixedText(string text, int size)
    {
        var bytes = Take(size);
        bytes.Clear();
        var utf8 = System.Text.Encoding.UTF8.GetBytes(text);
        utf8.AsSpan(0, Math.Min(utf8.Length, size - 1)).CopyTo(bytes);
    }

    /// <summary>Two words in front of what was written from <paramref name="at"/> on.</summary>
    public void Insert(int at, uint first, uint second)
    {
        Take(8);
        _bytes.AsSpan(at, Size - 8 - at).CopyTo(_bytes.AsSpan(at + 8));
        PatchU32(at, first);
        PatchU32(at + 4, second);
    }

    public void PatchU16(int at, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(at, 2), value);

    public void PatchU32(int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(at, 4), value);

    /// <summary>Room for <paramref name="size"/> more bytes, to be filled before the next call.</summary>
    public Span<byte> Take(int size)
    {
        if (Size + size > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Size + size));
        Size += size;
        return _bytes.AsSpan(Size - size, size);
    }
}
