namespace Fabric.Flow;

/// <summary>Groups of <see cref="SetAction"/>, each one <c>OVS_KEY_ATTR_*</c>.</summary>
public enum SetGroup : byte
{
    Priority, SkbMark, Ethernet, Ipv4, Ipv6, Tcp, Udp, Sctp, Icmp, Icmpv6, Arp, NeighbourDiscovery, NeighbourExtensions, Mpls, Vlan,
}
