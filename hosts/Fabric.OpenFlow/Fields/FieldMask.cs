namespace Fabric.OpenFlow;

/// <summary>Bits of a field that may be apart, unlike <see cref="FieldBits"/>.</summary>
public sealed record FieldMask(OpenFlowField Field, UInt128 Mask);
