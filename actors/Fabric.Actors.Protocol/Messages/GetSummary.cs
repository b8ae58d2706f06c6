namespace Fabric.Actors.Protocol;

/// <summary>To the controller; answered by <see cref="FabricSummary"/>. Cheap, for polling.</summary>
public sealed record GetSummary;
