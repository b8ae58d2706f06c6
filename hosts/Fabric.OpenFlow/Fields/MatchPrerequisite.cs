namespace Fabric.OpenFlow;

/// <summary>What a packet must be for a field to exist in it (OVS: <c>enum mf_prereqs</c>).</summary>
public enum MatchPrerequisite
{
    None, Ethernet, Connection, Vlan, Ipv4, Ipv6, AnyIp, Arp, Mpls, Tcp, Udp, Sctp, Icmpv4, Icmpv6,
    NeighbourSolicit, NeighbourAdvert, NeighbourAny,
}
