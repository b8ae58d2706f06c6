using System.Net;

namespace Fabric.Topology;

/// <summary>One emulated guest, placed and addressed.</summary>
public sealed record VmSpec
{
    public required string Name { get; init; }

    /// <summary>Name of its <see cref="OverlaySpec"/>.</summary>
    public required string Overlay { get; init; }

    /// <summary>Name of the <see cref="ServerSpec"/> it runs on.</summary>
    public required string Server { get; init; }

    /// <summary>Virtual function of that server's NIC, from 0; in the order of the file.</summary>
    public required int Vf { get; init; }

    /// <summary>What the host says of that virtual function.</summary>
    public VfSpec Function { get; init; } = new();

    /// <summary>Lower case, <c>02:fa:b0:00:00:01</c>; unique within the overlay only.</summary>
    public required string Mac { get; init; }

    /// <summary>Null when the overlay has no IPv4 subnet; the prefix length is the subnet's.</summary>
    public IPAddress? Ipv4 { get; init; }

    /// <summary>Null when the overlay has no IPv6 subnet; the prefix length is the subnet's.</summary>
    public IPAddress? Ipv6 { get; init; }
}
