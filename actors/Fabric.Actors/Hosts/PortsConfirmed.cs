namespace Fabric.Actors;

/// <summary>To the agent: the datapath's ports are as asked up to this round.</summary>
public sealed record PortsConfirmed(long Round);
