namespace Fabric.OpenFlow;

/// <summary>Why a controller's role changed (<c>ofp14_controller_role_reason</c>); the numbers are those of the wire.</summary>
public enum RoleChangeReason
{
    /// <summary>Another controller asked to be primary.</summary>
    PrimaryRequest = 0,
    Configuration = 1,
    Experimenter = 2,
}
