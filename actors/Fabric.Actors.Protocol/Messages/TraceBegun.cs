namespace Fabric.Actors.Protocol;

public sealed record TraceBegun(uint TraceId);
