namespace Fabric.OpenFlow;

/// <param name="Mask">Bit n: reason n is sent.</param>
public readonly record struct AsyncMask(AsyncKind Kind, bool IsSecondary, uint Mask);
