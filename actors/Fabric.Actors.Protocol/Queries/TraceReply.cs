namespace Fabric.Actors.Protocol;

/// <param name="Outcome">Where the frame ended: <c>delivered to web-2</c>, <c>dropped on server-1: Policy</c>, …</param>
public sealed record TraceReply(string Vm, string Flow, string Outcome, bool Delivered, IReadOnlyList<TraceStep> Steps);
