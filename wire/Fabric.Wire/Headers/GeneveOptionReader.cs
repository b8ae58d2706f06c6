using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>Reads GENEVE options one by one (RFC 8926 section 3.5).</summary>
public ref struct GeneveOptionReader
{
    /// <summary>Highest bit of the type: whoever does not know the option drops the packet.</summary>
    public const byte CriticalBit = 0x80;

    private ReadOnlySpan<byte> _rest;

    public GeneveOptionReader(ReadOnlySpan<byte> options) => _rest = options;

    /// <summary>True after an option that does not fit into the announced options: the reader stopped there.</summary>
    public bool IsMalformed { get; private set; }

    /// <param name="data">Its length is a multiple of 4, 0 to 124.</param>
    public bool TryRead(out ushort optionClass, out byte type, out ReadOnlySpan<byte> data)
    {
        optionClass = 0;
        type = 0;
        data = default;
        if (_rest.Length == 0) return false;
        var size = _rest.Length < 4 ? int.MaxValue : 4 + (_rest[3] & 0x1f) * 4;
        if (size > _rest.Length)
        {
            IsMalformed = true;
            _rest = default;
            return false;
        }

        optionClass = ReadUInt16BigEndian(_rest);
        type = _rest[2];
        data = _rest[4..size];
        _rest = _rest[size..];
        return true;
    }

    /// <summary>Writes one option and returns its size.</summary>
    /// <param name="data">A multiple of 4 bytes, at most 124.</param>
    public static int Emit(Span<byte> destination, ushort optionClass, byte type, ReadOnlySpan<byte> data)
    {
        Invariant.Check(data.Length % 4 == 0 && data.Length <= 124, "GENEVE option data is whole words, at most 31");
        data.CopyTo(destination[4..]);
        WriteUInt16BigEndian(destination, optionClass);
        destination[2] = type;
        destination[3] = (byte)(data.Length / 4);
        return 4 + data.Length;
    }
}
