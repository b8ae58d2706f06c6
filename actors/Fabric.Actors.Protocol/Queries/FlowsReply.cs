namespace Fabric.Actors.Protocol;

/// <param name="Truncated">Flows beyond the request's limit, not listed.</param>
public sealed record FlowsReply(string Server, IReadOnlyList<FlowEntry> Flows, long Truncated);
