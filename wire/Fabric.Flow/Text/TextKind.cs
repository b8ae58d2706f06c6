namespace Fabric.Flow.Text;

/// <summary>How a field's number is written.</summary>
internal enum TextKind : byte
{
    Mac, Ipv4, Ipv6, Decimal,

    /// <summary>C's <c>%#x</c>: zero has no prefix.</summary>
    Hex,

    /// <summary><c>0x%x</c>: zero has the prefix too.</summary>
    LongHex,

    /// <summary><c>no</c>, <c>first</c> or <c>later</c>; it has no partial masks.</summary>
    Fragment,

    /// <summary>8 bits that the datapath interface has as 16; a 16-bit mask is read as well.</summary>
    ArpOperation,

    /// <summary>The same as the kernel reports it, whose exact mask shows as <c>/0xff</c>.</summary>
    KernelArpOperation,

    /// <summary>OVS prints no mask for it.</summary>
    AlwaysExact,
}
