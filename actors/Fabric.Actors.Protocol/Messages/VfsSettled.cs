namespace Fabric.Actors.Protocol;

/// <summary>From here on no frame goes by an earlier revision.</summary>
public sealed record VfsSettled(string Server, long Revision);
