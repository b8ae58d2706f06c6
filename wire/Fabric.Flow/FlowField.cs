using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Flow;

/// <summary>
/// A field by name: where it lies in a <see cref="FlowKey"/> (and so in a <see cref="FlowMask"/>), for code that works on any field. Values
/// are numbers in host order, <see cref="Width"/> bits wide; fields that are part of a wider word (VLAN id, MPLS label) are shifted out of
/// it.
/// <see cref="FlowFields"/> is the list.
/// </summary>
/// <param name="Name">OVS's name in matches (<c>lib/meta-flow.h</c>).</param>
/// <param name="Offset">First byte of the word that holds the field.</param>
/// <param name="WordSize">Bytes of that word: 1, 2, 4, 6, 8 or 16.</param>
/// <param name="Shift">Bits of the word below the field.</param>
/// <param name="Width">Bits of the field.</param>
public readonly record struct FlowField(
    string Name, int Offset, int WordSize, int Shift, int Width, FieldPrerequisite Prerequisite = FieldPrerequisite.None)
{
    /// <summary>The field of that name (or alias, such as <c>dl_src</c>); null when there is none.</summary>
    public static FlowField? ByName(string name) => FlowFields.TryFind(name, out var field) ? field : null;

    /// <summary>All ones, <see cref="Width"/> bits.</summary>
    public UInt128 MaxValue => UInt128.MaxValue >> (128 - Width);

    public UInt128 Read(ref FlowKey key) => ReadWord(FlowKey.MatchBytes(ref key)) >> Shift & MaxValue;

    public UInt128 Read(ref FlowMask mask) => Read(ref mask.Bits);

    /// <summary>Writes the low <see cref="Width"/> bits of <paramref name="value"/> and marks the section as used.</summary>
    public void Write(ref FlowKey key, UInt128 value)
    {
        var bytes = FlowKey.MatchBytes(ref key);
        var others = ReadWord(bytes) & ~(MaxValue << Shift);
        WriteWord(bytes, others | (value & MaxValue) << Shift);
        key.Sections |= FlowSections.Base | (FlowSections)(1u << (Offset / FlowKey.SectionSize));
    }

    public void Write(ref FlowMask mask, UInt128 value) => Write(ref mask.Bits, value);

    public void SetMaskExact(ref FlowMask mask) => Write(ref mask.Bits, MaxValue);

    /// <summary>Matches the highest <paramref name="length"/> bits of the field and no others of it.</summary>
    public void SetMaskPrefix(ref FlowMask mask, int length) =>
        Write(ref mask.Bits, length <= 0 ? UInt128.Zero : MaxValue ^ (length >= Width ? UInt128.Zero : MaxValue >> length));

    public bool IsExact(ref FlowMask mask) => Read(ref mask.Bits) == MaxValue;

    public bool IsWildcarded(ref FlowMask mask) => Read(ref mask.Bits) == UInt128.Zero;

    /// <summary>Is <paramref name="key"/> of a kind that has this field?</summary>
    public bool AppliesTo(ref FlowKey key)
    {
        var type = key.EthType;
        var isIp = type is EtherType.Ipv4 or EtherType.Ipv6;
        var hasTransport = isIp && (key.NwFragment & FragmentBits.Later) == 0;
        return Prerequisite switch
        {
            FieldPrerequisite.None => true,
            FieldPrerequisite.Vlan => (key.VlanTci & FlowKey.VlanPresent) != 0,
            FieldPrerequisite.InnerVlan => (key.InnerVlanTci & FlowKey.VlanPresent) != 0,
            FieldPrerequisite.Mpls => EtherType.IsMpls(type),
            FieldPrerequisite.Ipv4 => type == EtherType.Ipv4,
            FieldPrerequisite.Ipv6 => type == EtherType.Ipv6,
            FieldPrerequisite.Ip => isIp,
            FieldPrerequisite.Arp => EtherType.IsArp(type),
            FieldPrerequisite.Tcp => hasTransport && key.NwProto == IpProtocol.Tcp,
            FieldPrerequisite.Udp => hasTransport && key.NwProto == IpProtocol.Udp,
            FieldPrerequisite.Sctp => hasTransport && key.NwProto == IpProtocol.Sctp,
            FieldPrerequisite.Icmp => type == EtherType.Ipv4 && hasTransport && key.NwProto == IpProtocol.Icmp,
            FieldPrerequisite.Icmpv6 => type == EtherType.Ipv6 && hasTransport && key.NwProto == IpProtocol.Icmpv6,
            FieldPrerequisite.NeighbourDiscovery => key.IsNeighbourDiscovery,
            FieldPrerequisite.NeighbourSolicitation => key.IsNeighbourDiscovery && key.TpSource == 135,
            _ => key.IsNeighbourDiscovery && key.TpSource == 136,
        };
    }

    public override string ToString() => Name;

    private UInt128 ReadWord(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.Slice(Offset, WordSize);
        return WordSize switch
        {
            1 => bytes[0],
            2 => ReadUInt16BigEndian(bytes),
            4 => ReadUInt32BigEndian(bytes),
            6 => (UInt128)ReadUInt16BigEndian(bytes) << 32 | ReadUInt32BigEndian(bytes[2..]),
            8 => ReadUInt64BigEndian(bytes),
            _ => ReadUInt128BigEndian(bytes),
        };
    }

    private void WriteWord(Span<byte> bytes, UInt128 word)
    {
        bytes = bytes.Slice(Offset, WordSize);
        switch (WordSize)
        {
            case 1: bytes[0] = (byte)word; break;
            case 2: WriteUInt16BigEndian(bytes, (ushort)word); break;
            case 4: WriteUInt32BigEndian(bytes, (uint)word); break;
            case 6:
                WriteUInt16BigEndian(bytes, (ushort)(word >> 32));
                WriteUInt32BigEndian(bytes[2..], (uint)word);
                break;
            case 8: WriteUInt64BigEndian(bytes, (ulong)word); break;
            default: WriteUInt128BigEndian(bytes, word); break;
        }
    }
}
