namespace Fabric.Flow;

/// <summary>What a key must be for a <see cref="FlowField"/> to mean something (OVS: <c>enum mf_prereqs</c>).</summary>
public enum FieldPrerequisite : byte
{
    None,
    Vlan, InnerVlan, Mpls, Ipv4, Ipv6, Ip, Arp,
    Tcp, Udp, Sctp, Icmp, Icmpv6,
    NeighbourDiscovery, NeighbourSolicitation, NeighbourAdvertisement,
}
