namespace Fabric.Actors.Protocol;

/// <summary>Answered by <see cref="VfsSettled"/> once the server is as this revision, or a later one, says.</summary>
public sealed record SettleVfs(long Epoch, long Revision) : IServerMessage;
