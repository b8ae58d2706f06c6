using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// A <see cref="SetAction"/> made ready: only the fields of its group, already masked. A header that the packet does not have is left
/// alone,
/// as in OVS <c>lib/odp-execute.c</c>.
/// </summary>
internal abstract class HeaderPatch
{
    public abstract void Apply(Frame frame, ref PacketLayout layout);

    public static HeaderPatch Of(SetAction action)
    {
        var value = action.Value;
        var mask = action.Mask.Bits;
        return action.Group switch
        {
            SetGroup.Priority => new MetadataPatch(true, new(value.SkbPriority, mask.SkbPriority)),
            SetGroup.SkbMark => new MetadataPatch(false, new(value.SkbMark, mask.SkbMark)),
            SetGroup.Ethernet => new EthernetPatch(ref value, ref mask),
            SetGroup.Vlan => new VlanPatch(new(value.VlanTci, mask.VlanTci)),
            SetGroup.Mpls => new MplsPatch(new(value.Mpls0, mask.Mpls0)),
            SetGroup.Ipv4 => new Ipv4Patch(ref value, ref mask),
            SetGroup.Ipv6 => new Ipv6Patch(ref value, ref mask),
            SetGroup.Tcp => new PortPatch(IpProtocol.Tcp, ref value, ref mask),
            SetGroup.Udp => new PortPatch(IpProtocol.Udp, ref value, ref mask),
            SetGroup.Sctp => new PortPatch(IpProtocol.Sctp, ref value, ref mask),
            SetGroup.Icmp => new IcmpPatch(IpProtocol.Icmp, ref value, ref mask),
            SetGroup.Icmpv6 => new IcmpPatch(IpProtocol.Icmpv6, ref value, ref mask),
            SetGroup.Arp => new ArpPatch(ref value, ref mask),
            SetGroup.NeighbourDiscovery => new NeighbourPatch(ref value, ref mask),
            SetGroup.NeighbourExtensions => new NeighbourExtensionsPatch(ref value, ref mask),
            _ => throw new InvariantException($"set group {action.Group} has a patch"),
        };
    }
}

/// <summary>Bits to overwrite in a field of up to 64 bits.</summary>
internal readonly struct FieldPatch(ulong value, ulong mask)
{
    private readonly ulong _value = value & mask;
    private readonly ulong _keep = ~mask;

    public bool IsEmpty => _keep == ulong.MaxValue;

    public ulong Of(ulong old) => (old & _keep) | _value;

    public byte Of(byte old) => (byte)Of((ulong)old);

    public ushort Of(ushort old) => (ushort)Of((ulong)old);

    public uint Of(uint old) => (uint)Of((ulong)old);
}

/// <summary>Bits to overwrite in an IPv6 address.</summary>
internal readonly struct AddressPatch(Ipv6Address value, Ipv6Address mask)
{
    private readonly FieldPatch _high = new(value.High, mask.High);
    private readonly FieldPatch _low = new(value.Low, mask.Low);

    public bool IsEmpty => _high.IsEmpty && _low.IsEmpty;

    public Ipv6Address Of(Ipv6Address old) => new(_high.Of(old.High), _low.Of(old.Low));
}
