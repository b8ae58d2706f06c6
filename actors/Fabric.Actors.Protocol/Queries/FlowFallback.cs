namespace Fabric.Actors.Protocol;

/// <summary>Frames of a flow that the NIC gave to the host, by reason (white paper: the three kinds of fallback traffic).</summary>
/// <param name="NotLearned">No table of the NIC had a flow for it yet.</param>
/// <param name="HostDestined">For the server itself.</param>
/// <param name="NotProcessable">The NIC cannot do the match or an action.</param>
/// <param name="Diverted">The NIC's firmware did not answer.</param>
public sealed record FlowFallback(long NotLearned, long HostDestined, long NotProcessable, long Diverted = 0);
