namespace Fabric.Actors;

/// <summary>The NIC says what a VF's link is.</summary>
public sealed record VfCarrier(bool IsUp);
