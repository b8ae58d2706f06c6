namespace Fabric.Actors.Protocol;

/// <summary>Gives a VF to a VM of the same server. Whoever had it has none; the VM keeps its MAC and addresses, and gives up its own
/// VF.</summary>
public sealed record VfMove(string Vf, string Vm);
