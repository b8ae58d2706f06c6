namespace Fabric.Actors.Protocol;

public sealed record TraceSteps(uint TraceId, IReadOnlyList<RecordedStep> Steps);
