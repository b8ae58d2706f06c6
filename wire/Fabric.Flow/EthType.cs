namespace Fabric.Flow;

/// <summary>Ethernet types that the datapath looks behind (IEEE 802 numbers, host order).</summary>
public static class EthType
{
    public const ushort Ipv4 = 0x0800;
    public const ushort Arp = 0x0806;
    public const ushort Rarp = 0x8035;
    public const ushort TransparentEthernet = 0x6558;
    public const ushort Vlan = 0x8100;
    public const ushort VlanService = 0x88a8;
    public const ushort Ipv6 = 0x86dd;
    public const ushort Mpls = 0x8847;
    public const ushort MplsMulticast = 0x8848;

    /// <summary>Smaller values of the type field are IEEE 802.3 lengths.</summary>
    public const ushort FirstType = 0x0600;

    public static bool IsVlan(ushort type) => type is Vlan or VlanService;

    public static bool IsMpls(ushort type) => type is Mpls or MplsMulticast;

    public static bool IsArp(ushort type) => type is Arp or Rarp;
}
