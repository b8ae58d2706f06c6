namespace Fabric.Actors.Protocol;

/// <summary>Addresses a message to a server wherever the cluster has placed it.</summary>
public sealed record ServerEnvelope(string Server, IServerMessage Message);
