namespace Fabric.Flow;

/// <summary>
/// Which 32-byte sections of a <see cref="FlowKey"/> may hold something other than zero: the packet's shape. A lookup compares and hashes
/// only these, so the full OVS key costs a plain IPv4 packet 64 bytes.
/// </summary>
[Flags]
public enum FlowSections : uint
{
    None = 0,

    /// <summary>Sections 0 and 1: port, metadata, Ethernet, IPv4, L4. Present in every key.</summary>
    Base = 0b11,
    Tunnel = 1 << 2,
    TunnelIpv6 = 1 << 3,
    Ipv6 = 1 << 4,

    /// <summary>ARP hardware addresses, or ND target and link-layer addresses.</summary>
    Neighbour = 1 << 5,
    Conntrack = 1 << 6,
    ConntrackTuple = 1 << 7,

    /// <summary>Inner VLAN tag, MPLS labels, rare odds and ends.</summary>
    Extra = 1 << 8,

    /// <summary>Sections 9 to 16: GENEVE options, 32 bytes each.</summary>
    FirstOption = 1 << 9,
    AllOptions = 0xff << 9,
    All = (1 << 17) - 1,
}
