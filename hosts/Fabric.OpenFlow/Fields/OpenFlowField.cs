using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.OpenFlow;

/// <summary>
/// One field of the match language: a name and the bits of <see cref="OpenFlowKey"/> it stands for. Bits are counted from the field's least
/// significant one, over the big-endian bytes <see cref="Offset"/> to <see cref="Offset"/> + <see cref="Size"/>.
/// <para>Fields for tunnel options may be longer than 16 bytes; numbers then mean the last 16 of them. One that no
/// <see cref="TunnelOptionMap"/> has placed reads as zero and ignores writes.</para>
/// </summary>
public sealed class OpenFlowField
{
    private readonly FieldCode[] _codes = [];
    private readonly FieldCode[] _byVersion = [];
    private readonly int _actionWidth;
    private string[]? _extendedNames;

    internal OpenFlowField(string name, int offset, int size, FieldFormat format)
    {
        Name = name;
        Offset = offset;
        Size = size;
        Width = size * 8;
        WireSize = size;
        Format = format;
    }

    public string Name { get; }

    /// <summary>Name in <c>load:</c> and <c>move:</c>, for example <c>NXM_NX_REG0</c>; the first is what OVS prints.</summary>
    public string[] ExtendedNames => _codes.Length == 0
        ? []
        : _extendedNames ??=
            [_byVersion[0].Name, .. _codes.Select(c => c.Name).Where(n => n != _byVersion[0].Name)];

    /// <summary>What names it on the wire, the earliest version's first; none for a field that only text has.</summary>
    public FieldCode[] Codes
    {
        get => _codes;
        init
        {
            _codes = [.. value.OrderBy(c => c.Since)];
            // The last that the version has; the first when it has none.
            _byVersion = _codes.Length == 0
                ? []
                : [.. Enumerable.Range(0, (int)OpenFlowVersion.V15 + 1)
                    .Select(v => _codes.LastOrDefault(c => (int)c.Since <= v, _codes[0]))];
        }
    }

    /// <summary>Bytes of a value on the wire.</summary>
    public int WireSize { get; init; }

    /// <summary>Bits that read as zero and that writes do not change.</summary>
    public UInt128 Kept { get; init; }

    public string[] Aliases { get; init; } = [];

    public int Offset { get; }

    public int Size { get; }

    /// <summary>Bits below the field inside its bytes, for parts of a byte or word.</summary>
    public int Shift { get; init; }

    /// <summary>Bits of the field.</summary>
    public int Width { get; init; }

    /// <summary>
    /// Bits that actions can name, where OVS counts other ones than the field has: the tag bit of <c>vlan_vid</c> is none of them, and
    /// <c>arp_op</c> has 16 in the packet.
    /// </summary>
    public int ActionWidth { get => _actionWidth == 0 ? Width : _actionWidth; init => _actionWidth = value; }

    public FieldFormat Format { get; }

    public MatchPrerequisite Prerequisite { get; init; }

    /// <summary>Can actions write it?</summary>
    public bool IsWritable { get; init; } = true;

    /// <summary>Can a rule match a part of it?</summary>
    public bool IsMaskable { get; init; } = true;

    /// <summary>Which of the fields for tunnel options this is; null for every other field.</summary>
    public int? TunnelIndex { get; init; }

    /// <summary>
    /// A port of 16 bits in the key that reads and writes as the 32 bits of OpenFlow 1.1 and later, where reserved ports are 0xffffff00 and
    /// up.
    /// </summary>
    public bool IsWidePort { get; init; }

    /// <summary>
    /// How <paramref name="version"/> names it on the wire; 0 asks for NXM. Only for fields that have <see cref="Codes"/>.
    /// </summary>
    public FieldCode CodeFor(OpenFlowVersion version) => _byVersion[(int)version];

    public UInt128 AllOnes => Width >= 128 ? UInt128.MaxValue : (UInt128.One << Width) - 1;

    public UInt128 Get(ref OpenFlowKey key)
    {
        var value = (Read(OpenFlowKey.AllBytes(ref key).Slice(Offset, Size)) >> Shift) & AllOnes & ~Kept;
        return IsWidePort && value >= 0xff00 ? value | 0xffff0000 : value;
    }

    public void Set(ref OpenFlowKey key, UInt128 value)
    {
        Invariant.Check((value & ~AllOnes) == 0, "a value fits its field");
        var bytes = OpenFlowKey.AllBytes(ref key).Slice(Offset, Size);
        if (IsWidePort) value &= 0xffff;
        else if (Shift != 0 || Width != Size * 8 || Kept != 0)
            value = (Read(bytes) & ~((AllOnes & ~Kept) << Shift)) | ((value & ~Kept) << Shift);
        Write(bytes, value);
        if (TunnelIndex is { } index && Size > 0) key.TunnelPresent |= 1UL << index;
    }

    /// <summary>Sets the bits of <paramref name="mask"/> and leaves the others.</summary>
    public void SetMasked(ref OpenFlowKey key, UInt128 value, UInt128 mask) => Set(ref key, (Get(ref key) & ~mask) | (value & mask));

    /// <summary>All <see cref="Size"/> bytes, for fields that are whole bytes.</summary>
    public void GetBytes(ref OpenFlowKey key, Span<byte> bytes) => OpenFlowKey.AllBytes(ref key).Slice(Offset, Size).CopyTo(bytes);

    /// <inheritdoc cref="GetBytes"/>
    public void SetBytes(ref OpenFlowKey key, ReadOnlySpan<byte> bytes)
    {
        bytes[..Size].CopyTo(OpenFlowKey.AllBytes(ref key).Slice(Offset, Size));
        if (TunnelIndex is { } index) key.TunnelPresent |= 1UL << index;
    }

    /// <summary>At most 128 bits from bit <paramref name="start"/> on, also of fields longer than that.</summary>
    public UInt128 GetBits(ref OpenFlowKey key, int start, int width)
    {
        var ones = width >= 128 ? UInt128.MaxValue : (UInt128.One << width) - 1;
        if (Size <= 16) return (Get(ref key) >> start) & ones;
        var bytes = OpenFlowKey.AllBytes(ref key).Slice(Offset, Size);
        UInt128 value = 0;
        for (var bit = start + width - 1; bit >= start; bit--) value = (value << 1) | (uint)(bytes[Size - 1 - bit / 8] >> (bit % 8) & 1);
        return value;
    }

    /// <inheritdoc cref="GetBits"/>
    public void SetBits(ref OpenFlowKey key, int start, int width, UInt128 value)
    {
        var ones = width >= 128 ? UInt128.MaxValue : (UInt128.One << width) - 1;
        if (Size <= 16)
        {
            SetMasked(ref key, (value << start) & AllOnes, (ones << start) & AllOnes);
            return;
        }

        var bytes = OpenFlowKey.AllBytes(ref key).Slice(Offset, Size);
        for (var i = 0; i < width; i++)
        {
            ref var b = ref bytes[Size - 1 - (start + i) / 8];
            var bit = (byte)(1 << ((start + i) % 8));
            b = (byte)((value >> i & 1) != 0 ? b | bit : b & ~bit);
        }

        if (TunnelIndex is { } index) key.TunnelPresent |= 1UL << index;
    }

    public override string ToString() => Name;

    /// <summary>Its NXM or OXM header, with the vendor behind it if there is one.</summary>
    /// <param name="version">0 for NXM.</param>
    /// <param name="size">Bytes of the value, without the mask.</param>
    internal void WriteHeader(OpenFlowVersion version, int size, bool hasMask, WireWriter writer)
    {
        ref readonly var code = ref _byVersion[(int)version];
        writer.U32(code.Header(size, hasMask));
        if (code.IsExperimenter) writer.U32(code.Vendor);
    }

    /// <summary>The same field where a map of tunnel options puts it.</summary>
    internal OpenFlowField PlacedAt(int offset, int size) => new(Name, offset, size, Format)
    {
        Codes = Codes, Aliases = Aliases, TunnelIndex = TunnelIndex,
    };

    private static UInt128 Read(ReadOnlySpan<byte> bytes)
    {
        switch (bytes.Length)
        {
            case 1: return bytes[0];
            case 2: return BinaryPrimitives.ReadUInt16BigEndian(bytes);
            case 4: return BinaryPrimitives.ReadUInt32BigEndian(bytes);
            case 8: return BinaryPrimitives.ReadUInt64BigEndian(bytes);
            case >= 16: return BinaryPrimitives.ReadUInt128BigEndian(bytes[^16..]);
            default:
                ulong value = 0;
                var more = bytes.Length - 8;
                for (var i = Math.Max(0, more); i < bytes.Length; i++) value = (value << 8) | bytes[i];
                ulong high = 0;
                for (var i = 0; i < more; i++) high = (high << 8) | bytes[i];
                return new UInt128(high, value);
        }
    }

    private static void Write(Span<byte> bytes, UInt128 value)
    {
        switch (bytes.Length)
        {
            case 0: return;
            case 1: bytes[0] = (byte)value; return;
            case 2: BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value); return;
            case 4: BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)value); return;
            case 8: BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)value); return;
            default:
                for (var i = bytes.Length - 1; i >= 0; i--, value >>= 8) bytes[i] = (byte)value;
                return;
        }
    }
}
