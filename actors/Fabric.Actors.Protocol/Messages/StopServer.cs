namespace Fabric.Actors.Protocol;

/// <summary>The server left the topology: stop it and do not come back.</summary>
public sealed record StopServer(long Epoch) : IServerMessage;
