namespace Fabric.Wire;

/// <summary>One of Fabric's own promises did not hold.</summary>
public sealed class InvariantException(string claim) : Exception($"broken invariant: {claim}");
