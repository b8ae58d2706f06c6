namespace Fabric.OpenFlow;

/// <summary>Flags of a rule (OpenFlow <c>ofp_flow_mod_flags</c>), with the names that <c>ovs-ofctl</c> uses.</summary>
[Flags]
public enum FlowModFlags
{
    None = 0,
    SendFlowRemoved = 1 << 0,
    CheckOverlap = 1 << 1,
    ResetCounts = 1 << 2,
    NoPacketCounts = 1 << 3,
    NoByteCounts = 1 << 4,
}
