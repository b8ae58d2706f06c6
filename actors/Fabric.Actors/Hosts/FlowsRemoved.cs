using Fabric.Datapath;

namespace Fabric.Actors;

/// <summary>To the agent: these flows are gone from host and NIC, with their final statistics.</summary>
public sealed record FlowsRemoved(IReadOnlyList<FlowRemoved> Flows);
