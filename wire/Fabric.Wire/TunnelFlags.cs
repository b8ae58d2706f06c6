namespace Fabric.Wire;

/// <summary>Bits of the outer header, with the names OVS prints (<c>flags(df|csum|key|oam)</c>).</summary>
[Flags]
public enum TunnelFlags : ushort
{
    None = 0,
    DontFragment = 1 << 0,
    Checksum = 1 << 1,
    Key = 1 << 2,

    /// <summary>GENEVE control packet (RFC 8926 section 3.4, O bit).</summary>
    Oam = 1 << 3,

    /// <summary>Transmit only: the outer TOS or traffic class is the inner packet's (OVS <c>options:tos=inherit</c>).</summary>
    InheritTos = 1 << 4,

    /// <summary>Transmit only: the outer TTL or hop limit is the inner packet's (OVS <c>options:ttl=inherit</c>).</summary>
    InheritTtl = 1 << 5,
}
