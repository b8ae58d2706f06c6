namespace Fabric.Actors.Protocol;

/// <summary>Makes one VF, or all that are missing of the first <paramref name="Count"/>.</summary>
public sealed record VfCreate(string? Vf = null, int? Count = null);
