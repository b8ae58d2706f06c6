namespace Fabric.Actors.Protocol;

/// <summary>To the controller. Answered by <see cref="VfsChanged"/> once it is recorded.</summary>
public sealed record ChangeVfs(VfChange Change);
