namespace Fabric.Actors;

/// <summary>To the agent: no frame is forwarded any more by what flows said before this round.</summary>
/// <param name="IsNicSilent">The NIC has not confirmed, for it does not answer; it hands every frame to the host.</param>
public sealed record FlowsConfirmed(long Round, bool IsNicSilent);
