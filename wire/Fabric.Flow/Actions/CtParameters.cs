namespace Fabric.Flow;

/// <summary>Parameters of <c>ct(…)</c>; unset ones are null or false.</summary>
public sealed record CtParameters(
    bool Commit = false, bool Force = false, ushort? Zone = null, uint? Mark = null, uint MarkMask = uint.MaxValue,
    UInt128? Label = null, UInt128 LabelMask = default, string? Helper = null, string? Timeout = null, CtNat? Nat = null);
