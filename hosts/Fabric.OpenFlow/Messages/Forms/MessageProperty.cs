namespace Fabric.OpenFlow;

/// <summary>
/// A property as OpenFlow 1.3 and later have them in most messages: type, length, value, padded to 8 bytes (OVS: <c>lib/ofp-prop.c</c>). An
/// experimenter's type here is its id in the upper 32 bits and its own type in the lower.
/// </summary>
internal readonly ref struct MessageProperty
{
    private const int PlainHeaderSize = 4;
    private const int ExperimenterHeaderSize = 12;
    private const ushort ExperimenterType = 0xffff;

    private MessageProperty(ulong type, ReadOnlySpan<byte> whole, int headerSize)
    {
        Type = type;
        Whole = whole;
        HeaderSize = headerSize;
    }

    public ulong Type { get; }

    /// <summary>Header and value, without padding.</summary>
    public ReadOnlySpan<byte> Whole { get; }

    public int HeaderSize { get; }

    public ReadOnlySpan<byte> Value => Whole[HeaderSize..];

    public static ulong Experimenter(uint vendor, uint type) => (ulong)vendor << 32 | type;

    /// <summary>The next property; false at the end, or when it is malformed, which <paramref name="at"/> then says.</summary>
    /// <param name="firstExperimenter">Types from here on are experimenters'.</param>
    public static bool TryRead(
        ref WireReader reader, Decoding at, out MessageProperty property, int alignment = 8, int firstExperimenter = ExperimenterType)
    {
        property = default;
        if (reader.Remaining == 0 || at.Error != OpenFlowError.None) return false;
        var rest = reader.Rest;
        ushort type = reader.U16();
        int size = reader.U16();
        int padded = (size + alignment - 1) / alignment * alignment;
        if (reader.IsExhausted || size < PlainHeaderSize || padded > rest.Length) return at.Refuse(OpenFlowError.BpcBadLen);
        if (type < firstExperimenter)
        {
            property = new MessageProperty(type, rest[..size], PlainHeaderSize);
            reader.Skip(padded - PlainHeaderSize);
            return true;
        }
        if (size < ExperimenterHeaderSize) return at.Refuse(OpenFlowError.BpcBadLen);
        uint vendor = reader.U32();
        uint experimenterType = reader.U32();
        if (vendor == 0) return at.Refuse(OpenFlowError.BpcBadExperimenter);
        property = new MessageProperty(Experimenter(vendor, experimenterType), rest[..size], ExperimenterHeaderSize);
        reader.Skip(padded - ExperimenterHeaderSize);
        return true;
    }

    /// <summary>What a type that nobody knows means to somebody strict.</summary>
    public bool Unknown(Decoding at, bool isLoose) => isLoose
        || at.Refuse(Type > ExperimenterType ? OpenFlowError.BpcBadExpType : OpenFlowError.BpcBadType);

    /// <summary>A value that may be followed by more.</summary>
    public byte U8(Decoding at) => new WireReader(Checked(at, Value.Length >= 1)).U8();

    /// <inheritdoc cref="U8"/>
    public ushort U16(Decoding at) => new WireReader(Checked(at, Value.Length >= 2)).U16();

    public uint U32(Decoding at) => new WireReader(Checked(at, Value.Length == 4)).U32();

    public ulong U64(Decoding at) => new WireReader(Aligned(at, 8)).U64();

    /// <summary>The value, which begins at a multiple of 8 bytes.</summary>
    public ReadOnlySpan<byte> Nested(Decoding at) => Aligned(at, null);

    public static int Begin(WireWriter wire, ulong type)
    {
        int start = wire.Size;
        wire.U16((ushort)Math.Min(type, ExperimenterType));
        wire.U16((ushort)(type > ExperimenterType ? ExperimenterHeaderSize : PlainHeaderSize));
        if (type > ExperimenterType) wire.U64(type);
        return start;
    }

    public static int BeginNested(WireWriter wire, ulong type)
    {
        int start = Begin(wire, type);
        wire.PadTo8(start);
        return start;
    }

    public static void End(WireWriter wire, int start)
    {
        wire.PatchU16(start + 2, (ushort)(wire.Size - start));
        wire.PadTo8(start);
    }

    public static void Write(WireWriter wire, ulong type, ReadOnlySpan<byte> value)
    {
        int start = Begin(wire, type);
        wire.Bytes(value);
        End(wire, start);
    }

    public static void WriteU8(WireWriter wire, ulong type, byte value) => Write(wire, type, [value]);

    /// <summary>All versions give a 16-bit value a length of 8.</summary>
    public static void WriteU16(WireWriter wire, ulong type, ushort value) => Write(wire, type, [(byte)(value >> 8), (byte)value, 0, 0]);

    public static void WriteU32(WireWriter wire, ulong type, uint value)
    {
        int start = Begin(wire, type);
        wire.U32(value);
        End(wire, start);
    }

    public static void WriteU64(WireWriter wire, ulong type, ulong value)
    {
        int start = BeginNested(wire, type);
        wire.U64(value);
        End(wire, start);
    }

    private ReadOnlySpan<byte> Checked(Decoding at, bool isRight)
    {
        if (!isRight) at.Refuse(OpenFlowError.BpcBadLen);
        return isRight ? Value : default;
    }

    private ReadOnlySpan<byte> Aligned(Decoding at, int? size)
    {
        int start = (HeaderSize + 7) / 8 * 8;
        bool isRight = size is null ? Whole.Length >= start : Whole.Length == start + size;
        if (!isRight) at.Refuse(OpenFlowError.BpcBadLen);
        return isRight ? Whole[start..] : default;
    }
}
