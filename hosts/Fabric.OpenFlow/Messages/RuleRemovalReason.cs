namespace Fabric.OpenFlow;

/// <summary>Why a rule went (<c>ofp_flow_removed_reason</c>); the numbers are those of the wire.</summary>
public enum RuleRemovalReason
{
    IdleTimeout = 0,
    HardTimeout = 1,
    Delete = 2,
    GroupDelete = 3,
    MeterDelete = 4,
    Eviction = 5,
}
