namespace Fabric.Agent;

/// <summary>Bounds of what rules may come to.</summary>
public sealed record ExplicitOptions
{
    /// <summary>Flows of one input port; what goes beyond leaves the whole port to the host.</summary>
    public int MaxFlowsPerPort { get; init; } = 16_384;

    /// <summary>Flows of a server.</summary>
    public int MaxFlows { get; init; } = 131_072;

    /// <summary>A field of at most this many bits that decides without being matched is tried with each of its values.</summary>
    public int MaxSplitBits { get; init; } = 3;
}
