namespace Fabric.OpenFlow;

/// <summary>What happens to IP fragments (<c>ofp_config_flags</c>); the numbers are those of the wire.</summary>
public enum FragmentMode
{
    /// <summary>Ports of fragments read as 0.</summary>
    Normal = 0,
    Drop = 1,
    Reassemble = 2,

    /// <summary>First fragments have their ports, later ones read as 0 (Nicira).</summary>
    NxMatch = 3,
}
