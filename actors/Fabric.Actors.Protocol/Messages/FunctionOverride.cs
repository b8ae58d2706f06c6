using Fabric.Topology;

namespace Fabric.Actors.Protocol;

/// <summary>What is said of a VF instead of what the topology declares.</summary>
/// <param name="Mac">Null for the VM's own.</param>
public sealed record FunctionOverride(VfSpec Spec, string? Mac);
