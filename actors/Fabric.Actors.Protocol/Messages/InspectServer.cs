namespace Fabric.Actors.Protocol;

/// <summary>Answered by <see cref="ServerReport"/>.</summary>
public sealed record InspectServer : IServerMessage;
