using System.Net;

namespace Fabric.Topology;

/// <summary>One virtual network. It has an IPv4 subnet, an IPv6 subnet, or both.</summary>
public sealed record OverlaySpec
{
    public required string Name { get; init; }
    public required OverlayType Type { get; init; }

    /// <summary>24 bits, unique in the fabric.</summary>
    public required uint Vni { get; init; }

    public IPNetwork? Ipv4Subnet { get; init; }
    public IPNetwork? Ipv6Subnet { get; init; }

    /// <summary>First three bytes of the MAC addresses given to its VMs, <c>02:fa:b0</c>.</summary>
    public required string MacPrefix { get; init; }
}
