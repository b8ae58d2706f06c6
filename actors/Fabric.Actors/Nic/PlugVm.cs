namespace Fabric.Actors;

/// <summary>To a VF, which passes it on to the VM: it is yours. Answered by <see cref="StepDone"/>.</summary>
public sealed record PlugVm(VmWays Vm, VfParts Vf, int Step);
