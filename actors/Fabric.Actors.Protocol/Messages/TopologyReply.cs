namespace Fabric.Actors.Protocol;

/// <param name="TopologyJson">Null when nothing was ever declared.</param>
public sealed record TopologyReply(string? TopologyJson, long Epoch);
