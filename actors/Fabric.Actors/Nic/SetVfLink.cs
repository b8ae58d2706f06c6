namespace Fabric.Actors;

public sealed record SetVfLink(bool IsUp);
