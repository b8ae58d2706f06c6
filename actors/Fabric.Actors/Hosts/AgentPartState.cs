using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <summary>An agent's state for a report.</summary>
public sealed record AgentPartState(long Upcalls, int Rules, IReadOnlyList<BridgeState> Bridges, PartAccount Account);
