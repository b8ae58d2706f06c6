namespace Fabric.Actors;

public sealed record LoadStopped(long Sent);
