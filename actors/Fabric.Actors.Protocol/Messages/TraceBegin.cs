namespace Fabric.Actors.Protocol;

/// <summary>To every node's tracer: record the frames marked with this id. Answered by <see cref="TraceBegun"/>.</summary>
public sealed record TraceBegin(uint TraceId);
