namespace Fabric.Agent;

/// <summary>Bits beside the state (RFC 5880 section 4.1).</summary>
[Flags]
public enum BfdFlags : byte
{
    None = 0,
    Multipoint = 1 << 0,
    Demand = 1 << 1,
    Authenticated = 1 << 2,
    ControlPlaneIndependent = 1 << 3,
    Final = 1 << 4,
    Poll = 1 << 5,
    All = (1 << 6) - 1,
}
