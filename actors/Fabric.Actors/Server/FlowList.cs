using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <param name="Truncated">Flows left out because of the limit.</param>
public sealed record FlowList(IReadOnlyList<FlowEntry> Flows, long Truncated);
