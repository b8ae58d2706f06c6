namespace Fabric.Actors.Protocol;

/// <param name="Tier"><c>l1</c>, <c>l2</c>, <c>l3</c> or <c>openflow</c>.</param>
/// <param name="Ufid">Names the same flow in l2 and l3, and the flow that an l1 entry is bound to; null for openflow and pending
/// entries.</param>
/// <param name="Match">OVS text form.</param>
/// <param name="Hits">Frames that this tier itself answered with this entry.</param>
/// <param name="Packets">Packets of the flow as its statistics say.</param>
/// <param name="UsedMs">Since the last packet; null when never used.</param>
/// <param name="Offloaded"><c>yes</c>, <c>partial</c> (the NIC finds the flow, the host acts), <c>no</c>; null where it does not
/// apply.</param>
/// <param name="Reason">Why it is not, or only partially offloaded.</param>
/// <param name="Fallback">Of l3: the hits that the NIC gave to the host, by reason; null elsewhere.</param>
public sealed record FlowEntry(
    string Tier, string? Ufid, string Match, string Actions, long Hits, long Packets, long Bytes, long? UsedMs, string? Offloaded,
    string? Reason, FlowFallback? Fallback = null);
