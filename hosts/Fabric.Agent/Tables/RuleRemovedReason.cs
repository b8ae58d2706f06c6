namespace Fabric.Agent;

/// <summary>Why a rule left its table (OpenFlow 1.4 <c>ofp_flow_removed_reason</c>, with its numbers).</summary>
public enum RuleRemovedReason
{
    IdleTimeout = 0,
    HardTimeout = 1,
    Delete = 2,
    GroupDelete = 3,
    MeterDelete = 4,
    Eviction = 5,
}
