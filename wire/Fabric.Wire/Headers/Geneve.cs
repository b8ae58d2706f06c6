using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>GENEVE header with its options (RFC 8926 section 3.4).</summary>
public readonly ref struct GeneveView
{
    /// <summary>Header without options.</summary>
    public const int MinSize = 8;
    public const ushort UdpPort = 6081;

    /// <summary>The 6-bit length field counts 4-byte words.</summary>
    public const int MaxOptionsSize = 252;

    private readonly ReadOnlySpan<byte> _bytes;

    private GeneveView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Version => (byte)(_bytes[0] >> 6);

    public int OptionsSize => (_bytes[0] & 0x3f) * 4;

    /// <summary>O: a control packet, not tenant data.</summary>
    public bool IsControl => (_bytes[1] & 0x80) != 0;

    /// <summary>C: at least one option is critical.</summary>
    public bool HasCriticalOptions => (_bytes[1] & 0x40) != 0;

    public ushort ProtocolType => ReadUInt16BigEndian(_bytes[2..]);

    public uint Vni => ReadUInt32BigEndian(_bytes[4..]) >> 8;

    public ReadOnlySpan<byte> OptionBytes => _bytes[MinSize..(MinSize + OptionsSize)];

    public GeneveOptionReader Options => new(OptionBytes);

    public ReadOnlySpan<byte> Payload => _bytes[(MinSize + OptionsSize)..];

    /// <summary>False when header or options are cut short. The version is the caller's to judge.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out GeneveView view)
    {
        if (bytes.Length < MinSize || bytes.Length < MinSize + (bytes[0] & 0x3f) * 4)
        {
            view = default;
            return false;
        }

        view = new GeneveView(bytes);
        return true;
    }
}

/// <summary>GENEVE header, version 0. The options are written apart: they follow the 8 bytes.</summary>
/// <param name="OptionsSize">Bytes, a multiple of 4, at most 252.</param>
public readonly record struct GeneveHeader(
    uint Vni, int OptionsSize = 0, bool IsControl = false, bool HasCriticalOptions = false,
    ushort ProtocolType = EtherType.TransparentEthernetBridging)
{
    public static GeneveHeader Parse(GeneveView view) =>
        new(view.Vni, view.OptionsSize, view.IsControl, view.HasCriticalOptions, view.ProtocolType);

    /// <summary>Writes 8 bytes, the reserved ones zero.</summary>
    public void Emit(Span<byte> destination)
    {
        WriteUInt32BigEndian(destination[4..], Vni << 8);
        destination[0] = (byte)(OptionsSize / 4);
        destination[1] = (byte)((IsControl ? 0x80 : 0) | (HasCriticalOptions ? 0x40 : 0));
        WriteUInt16BigEndian(destination[2..], ProtocolType);
    }
}

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
