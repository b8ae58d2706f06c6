namespace Fabric.Actors.Protocol;

/// <summary>To the controller: where is this VM, and what are its addresses? Answered by <see cref="VmLocation"/>.</summary>
public sealed record FindVm(string Name);
