namespace Fabric.Actors.Protocol;

/// <summary>Journal event of the controller.</summary>
public sealed record TopologyDeclared(string Name, string TopologyJson, long Epoch);
