namespace Fabric.OpenFlow;

/// <summary>Bits of a rule's cookie that must agree; a <paramref name="Mask"/> of zero asks for nothing.</summary>
public readonly record struct CookieFilter(ulong Cookie, ulong Mask);
