using Fabric.Topology;

namespace Fabric.Actors.Protocol;

/// <summary>One VF that somebody has, or of which something is said.</summary>
/// <param name="Vf">Its index, from 0.</param>
/// <param name="Vm">Null when no VM has it.</param>
/// <param name="Mac">Null leaves it to the guest.</param>
public sealed record FunctionPlan(int Vf, string? Vm, string? Mac, VfSpec Spec);
