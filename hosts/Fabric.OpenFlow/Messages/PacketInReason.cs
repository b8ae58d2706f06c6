namespace Fabric.OpenFlow;

/// <summary>Why a packet goes to the controller; the numbers are OpenFlow 1.4's, the last two OVS's own.</summary>
public enum PacketInReason
{
    /// <summary>No rule, or a table-miss rule with priority 0 said so.</summary>
    NoMatch = 0,
    Action = 1,
    InvalidTtl = 2,
    ActionSet = 3,
    Group = 4,
    PacketOut = 5,

    /// <summary>A table-miss rule (OVS: <c>OFPR_EXPLICIT_MISS</c>); OpenFlow 1.3 and later write it as <see cref="NoMatch"/>.</summary>
    ExplicitMiss = 6,

    /// <summary>No rule in a version without table-miss rules (OVS: <c>OFPR_IMPLICIT_MISS</c>), written as <see cref="NoMatch"/>.</summary>
    ImplicitMiss = 7,
}
