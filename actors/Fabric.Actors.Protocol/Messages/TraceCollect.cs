namespace Fabric.Actors.Protocol;

/// <summary>
/// To every node's tracer: hand over the recorded steps; <paramref name="End"/> stops the recording. Answered by <see cref="TraceSteps"/>.
/// </summary>
public sealed record TraceCollect(uint TraceId, bool End);
