namespace Fabric.Actors.Protocol;

/// <summary>Answered by <see cref="GuestReply"/>.</summary>
public sealed record ChangeGuest(GuestChange Change) : IServerMessage;
