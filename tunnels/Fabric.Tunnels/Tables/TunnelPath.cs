using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Tunnels;

/// <summary>
/// The way from this VTEP to another: everything that routes, neighbours and local addresses say about it. Immutable; a change of the
/// tables
/// makes new ones.
/// </summary>
/// <param name="Mtu">Longest outer IP packet, bytes.</param>
public sealed record TunnelPath(
    IpAddress Source, IpAddress Destination, OdpPort Egress, MacAddress SourceMac, MacAddress NextHopMac, int Mtu);
