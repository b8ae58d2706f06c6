namespace Fabric.Actors;

/// <summary>
/// To a VF, which passes it on to its VM behind the last frame: you have no VF any more. Answered by <see cref="StepDone"/>, after which no
/// frame of the VF reaches the VM, nor one of the VM the VF.
/// </summary>
public sealed record UnplugVm(int Step);
