namespace Fabric.OpenFlow;

/// <summary>What a controller may (<c>ofp12_controller_role</c>); the numbers are those of the wire; Nicira's begin one lower.</summary>
public enum ControllerRole
{
    /// <summary>Only asks.</summary>
    NoChange = 0,
    Equal = 1,
    Primary = 2,
    Secondary = 3,
}
