namespace Fabric.Guest;

/// <summary>Numbers of the protocols a guest speaks: EtherTypes (IEEE 802) and IP protocol numbers (IANA).</summary>
internal static class IpProtocol
{
    public const ushort EtherIpv4 = 0x0800;
    public const ushort EtherArp = 0x0806;
    public const ushort EtherIpv6 = 0x86dd;

    public const byte HopByHop = 0;
    public const byte Icmp = 1;
    public const byte Udp = 17;
    public const byte Routing = 43;
    public const byte Fragment = 44;
    public const byte IcmpV6 = 58;
    public const byte DestinationOptions = 60;

    public const int EthernetSize = 14;
    public const int Ipv4Size = 20;
    public const int Ipv6Size = 40;
    public const int FragmentSize = 8;
}
