namespace Fabric.Actors.Protocol;

/// <summary>Directory entry: a node's HTTP API.</summary>
public sealed record NodeEntry(string Node, string Api);
