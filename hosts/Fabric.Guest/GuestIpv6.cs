using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>An IPv6 address of a guest with the length of its on-link prefix, bits.</summary>
public readonly record struct GuestIpv6(Ipv6Address Address, int PrefixLength = 64);
