namespace Fabric.Actors.Protocol;

/// <summary>To the controller; answered by <see cref="TopologyReply"/>.</summary>
public sealed record GetTopology;
