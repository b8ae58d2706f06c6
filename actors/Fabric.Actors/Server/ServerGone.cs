namespace Fabric.Actors;

/// <summary>To the node's directory: this server has left the topology.</summary>
public sealed record ServerGone(string Server);
