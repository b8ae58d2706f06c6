namespace Fabric.Actors.Protocol;

public sealed record ForeignCount(string Vm, long Frames);
