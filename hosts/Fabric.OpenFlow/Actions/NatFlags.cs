namespace Fabric.OpenFlow;

/// <summary>Flags of <c>nat</c> (OVS: <c>NX_NAT_F_*</c>).</summary>
[Flags]
public enum NatFlags
{
    None = 0,
    Source = 1 << 0,
    Destination = 1 << 1,
    Persistent = 1 << 2,
    HashProtocol = 1 << 3,
    RandomProtocol = 1 << 4,
}
