namespace Fabric.Actors.Protocol;

public sealed record Deployed(string Topology, long Epoch);
