using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>Identity and limits of one guest.</summary>
public sealed record GuestOptions
{
    public required string Name { get; init; }

    public required MacAddress Mac { get; init; }

    /// <summary>Null for a guest without IPv4.</summary>
    public Ipv4Address? Ipv4 { get; init; }

    public int Ipv4PrefixLength { get; init; } = 24;

    public Ipv4Address? Gateway { get; init; }

    /// <summary>
    /// Beside these a link-local address is made from the MAC (RFC 4291 appendix A) unless <see cref="HasIpv6"/> is false.
    /// </summary>
    public IReadOnlyList<GuestIpv6> Ipv6 { get; init; } = [];

    public Ipv6Address? GatewayV6 { get; init; }

    public bool HasIpv6 { get; init; } = true;

    /// <summary>Largest IP packet sent in one frame, bytes.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Written as a hash into every probe payload, so that a probe arriving in another overlay shows as misdelivered.</summary>
    public string OverlayName { get; init; } = "";

    /// <summary>Start of identifiers and packet ids.</summary>
    public uint Seed { get; init; } = 1;

    /// <summary>Frames waiting to be taken; more are dropped with <see cref="DropReason.VmQueueFull"/>.</summary>
    public int OutputQueueFrames { get; init; } = 1024;

    public int NeighbourCapacity { get; init; } = 512;

    /// <summary>Frames waiting for one address to be resolved.</summary>
    public int PendingFramesPerNeighbour { get; init; } = 64;
}
