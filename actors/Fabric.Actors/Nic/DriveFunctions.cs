namespace Fabric.Actors;

/// <summary>To the NIC: the VMs have their VFs. Answered by <see cref="StepDone"/>.</summary>
public sealed record DriveFunctions(int Step);
