using Fabric.Wire;

namespace Fabric.OpenFlow;

/// <summary>Bits <paramref name="Start"/> to <c>Start + Width - 1</c> of a field (OVS: <c>struct mf_subfield</c>).</summary>
public sealed record FieldBits(OpenFlowField Field, int Start, int Width)
{
    public static FieldBits Whole(OpenFlowField field) => new(field, 0, field.ActionWidth);

    public bool IsWhole => Width == Field.ActionWidth;

    /// <summary>The bits, in place in the field, when that has at most 128.</summary>
    public UInt128 Mask => (Width == 128 ? UInt128.MaxValue : (UInt128.One << Width) - 1) << Start;

    public UInt128 Get(ref OpenFlowKey key) => Field.GetBits(ref key, Start, Width);

    public void Set(ref OpenFlowKey key, UInt128 value)
    {
        Invariant.Check(Width >= 128 || value >> Width == 0, "a value fits its bits");
        Field.SetBits(ref key, Start, Width, value);
    }

    public override string ToString()
    {
        var name = Field.ExtendedNames.Length > 0 ? Field.ExtendedNames[0] : Field.Name;
        if (IsWhole) return $"{name}[]";
        return Width == 1 ? $"{name}[{Start}]" : $"{name}[{Start}..{Start + Width - 1}]";
    }
}
