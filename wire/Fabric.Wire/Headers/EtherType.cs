namespace Fabric.Wire;

/// <summary>Ethernet types (IEEE 802 numbers) that Fabric reads or writes.</summary>
public static class EtherType
{
    /// <summary>Smallest value that is a type and not an 802.3 length (IEEE 802.3 clause 3.2.6).</summary>
    public const ushort First = 0x0600;

    public const ushort Ipv4 = 0x0800;
    public const ushort Arp = 0x0806;

    /// <summary>Ethernet in GRE or GENEVE (RFC 1701, RFC 7637 section 3.2, RFC 8926 section 3.4).</summary>
    public const ushort Rarp = 0x8035;
    public const ushort TransparentEthernetBridging = 0x6558;

    /// <summary>802.1Q customer tag.</summary>
    public const ushort Vlan = 0x8100;

    /// <summary>802.1ad service tag, the outer one of QinQ.</summary>
    public const ushort ServiceVlan = 0x88a8;
    public const ushort Ipv6 = 0x86dd;
    public const ushort Mpls = 0x8847;
    public const ushort MplsMulticast = 0x8848;

    public static bool IsVlan(ushort type) => type is Vlan or ServiceVlan;

    public static bool IsMpls(ushort type) => type is Mpls or MplsMulticast;

    public static bool IsArp(ushort type) => type is Arp or Rarp;
}
