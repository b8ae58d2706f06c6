namespace Fabric.Actors.Protocol;

/// <summary>The change is recorded and on its way to the server.</summary>
public sealed record VfsChanged(string Server, long Epoch, long Revision);
