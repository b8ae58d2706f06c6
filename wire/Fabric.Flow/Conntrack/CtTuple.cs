using Fabric.Wire;

namespace Fabric.Flow;

/// <summary>One direction of a connection (OVS: <c>struct ct_dpif_tuple</c>).</summary>
/// <param name="SourcePort">For ICMP the identifier.</param>
/// <param name="DestinationPort">For ICMP 0.</param>
public readonly record struct CtTuple(
    IpAddress Source, IpAddress Destination, byte Proto, ushort SourcePort, ushort DestinationPort, byte IcmpType = 0, byte IcmpCode = 0)
{
    public bool IsIcmp => Proto is IpProtocol.Icmp or IpProtocol.Icmpv6;
}
