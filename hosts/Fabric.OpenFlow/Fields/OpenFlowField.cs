using Fabric.Wire;

namespace Fabric.OpenFlow;

/// <summary>
/// One field of the match language: a name and the bits of <see cref="OpenFlowKey"/> it stands for. Bits are counted from the field's least
/// significant one, over the big-endian bytes <see cref="Offset"/> to <see cref="Offset"/> + <see cref="Size"/>.
/// </summary>
public sealed class OpenFlowField
{
    internal OpenFlowField(string name, int offset, int size, FieldFormat format)
    {
        Name = name;
        Offset = offset;
        Size = size;
        Width = size * 8;
        Format = format;
    }

    public string Name { get; }

    /// <summary>Name in <c>load:</c> and <c>move:</c>, for example <c>NXM_NX_REG0</c>; the first is what OVS prints.</summary>
    public string[] ExtendedNames { get; init; } = [];

    public string[] Aliases { get; init; } = [];

    public int Offset { get; }

    public int Size { get; }

    /// <summary>Bits below the field inside its bytes, for parts of a byte or word.</summary>
    public int Shift { get; init; }

    /// <summary>Bits of the field.</summary>
    public int Width { get; init; }

    public FieldFormat Format { get; }

    public MatchPrerequisite Prerequisite { get; init; }

    /// <summary>Can actions write it?</summary>
    public bool IsWritable { get; init; } = true;

    /// <summary>Can a rule match a part of it?</summary>
    public bool IsMaskable { get; init; } = true;

    public UInt128 AllOnes => Width == 128 ? UInt128.MaxValue : (UInt128.One << Width) - 1;

    public UInt128 Get(ref OpenFlowKey key)
    {
        UInt128 value = 0;
        foreach (var b in OpenFlowKey.AllBytes(ref key).Slice(Offset, Size)) value = (value << 8) | b;
        return (value >> Shift) & AllOnes;
    }

    public void Set(ref OpenFlowKey key, UInt128 value)
    {
        Invariant.Check((value & ~AllOnes) == 0, "a value fits its field");
        var bytes = OpenFlowKey.AllBytes(ref key).Slice(Offset, Size);
        UInt128 old = 0;
        foreach (var b in bytes) old = (old << 8) | b;
        old = (old & ~(AllOnes << Shift)) | (value << Shift);
        for (var i = bytes.Length - 1; i >= 0; i--, old >>= 8) bytes[i] = (byte)old;
    }

    /// <summary>Sets the bits of <paramref name="mask"/> and leaves the others.</summary>
    public void SetMasked(ref OpenFlowKey key, UInt128 value, UInt128 mask) => Set(ref key, (Get(ref key) & ~mask) | (value & mask));

    public override string ToString() => Name;
}
