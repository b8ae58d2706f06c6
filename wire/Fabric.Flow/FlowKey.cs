using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Fabric.Wire;

namespace Fabric.Flow;

/// <summary>
/// Every field that the OVS datapath can match on (OVS: <c>struct flow</c> without the OpenFlow-only registers; kernel:
/// <c>sw_flow_key</c>),
/// at fixed offsets, so that a mask is the same struct and all of matching is bitwise.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>K1: all fields are in network byte order in memory, so masks, prefixes and bit flips mean the same for each of them. The
/// properties
/// convert to numbers.</item>
/// <item>K2: a section not in <see cref="Sections"/> is all zero. The converse need not hold.</item>
/// <item>K3: equal frames with equal metadata give equal keys with equal <see cref="Sections"/>.</item>
/// <item>K4: a reused key is cleared by its old <see cref="Sections"/> alone: no 544-byte wipe per frame.</item>
/// </list>
/// <para>Layout: 17 sections of 32 bytes, see <see cref="FlowSections"/>. IPv4 and ARP share <see cref="NwSource"/>, ND and ARP share the
/// link-layer addresses, as in OVS.</para>
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public partial struct FlowKey : IEquatable<FlowKey>
{
    public const int SectionSize = 32;
    public const int SectionCount = 17;

    /// <summary>Bytes that take part in matching.</summary>
    public const int MatchSize = SectionCount * SectionSize;

    public const int Size = 576;

    /// <summary>Where <see cref="TunnelOptionBytes"/> begin.</summary>
    public const int OptionsOffset = 288;

    [FieldOffset(0)] private uint _inPort;
    [FieldOffset(4)] private uint _recircId;
    [FieldOffset(8)] public MacAddress EthDestination;
    [FieldOffset(14)] public MacAddress EthSource;
    [FieldOffset(20)] private ushort _ethType;
    [FieldOffset(22)] private ushort _vlanTci;
    [FieldOffset(24)] private ushort _vlanTpid;
    [FieldOffset(26)] public byte NwProto;
    [FieldOffset(27)] public FragmentBits NwFragment;
    [FieldOffset(28)] public byte NwTos;
    [FieldOffset(29)] public byte NwTtl;
    [FieldOffset(30)] private ushort _tcpFlags;
    [FieldOffset(32)] public Ipv4Address NwSource;
    [FieldOffset(36)] public Ipv4Address NwDestination;
    [FieldOffset(40)] private ushort _tpSource;
    [FieldOffset(42)] private ushort _tpDestination;
    [FieldOffset(44)] private uint _ipv6Label;
    [FieldOffset(48)] private uint _skbPriority;
    [FieldOffset(52)] private uint _skbMark;
    [FieldOffset(56)] private uint _dpHash;
    [FieldOffset(60)] private uint _packetType;

    [FieldOffset(64)] private ulong _tunnelId;
    [FieldOffset(72)] public Ipv4Address TunnelSource;
    [FieldOffset(76)] public Ipv4Address TunnelDestination;
    [FieldOffset(80)] private ushort _tunnelFlags;
    [FieldOffset(82)] public byte TunnelTos;
    [FieldOffset(83)] public byte TunnelTtl;
    [FieldOffset(84)] private ushort _tunnelTpSource;
    [FieldOffset(86)] private ushort _tunnelTpDestination;
    [FieldOffset(88)] private ushort _tunnelGbpId;
    [FieldOffset(90)] public byte TunnelGbpFlags;

    /// <summary>Bytes of <see cref="TunnelOptionBytes"/> in use.</summary>
    [FieldOffset(91)] public byte TunnelOptionsSize;
    [FieldOffset(92)] public byte GtpuFlags;
    [FieldOffset(93)] public byte GtpuMessageType;
    [FieldOffset(94)] public byte ErspanVersion;
    [FieldOffset(95)] public byte ErspanDirectionAndHardwareId;

    [FieldOffset(96)] public Ipv6Address TunnelSourceV6;
    [FieldOffset(112)] public Ipv6Address TunnelDestinationV6;

    [FieldOffset(128)] public Ipv6Address Ipv6Source;
    [FieldOffset(144)] public Ipv6Address Ipv6Destination;

    [FieldOffset(160)] public Ipv6Address NdTarget;

    /// <summary>ARP sender hardware address, or ND source link-layer address.</summary>
    [FieldOffset(176)] public MacAddress ArpSourceHardware;

    /// <summary>ARP target hardware address, or ND target link-layer address.</summary>
    [FieldOffset(182)] public MacAddress ArpTargetHardware;
    [FieldOffset(188)] private uint _ndReserved;

    [FieldOffset(192)] private uint _ctState;
    [FieldOffset(196)] private uint _ctMark;
    [FieldOffset(200)] private ushort _ctZone;
    [FieldOffset(202)] public byte CtNwProto;
    [FieldOffset(204)] private ushort _ctTpSource;
    [FieldOffset(206)] private ushort _ctTpDestination;
    [FieldOffset(208)] private UInt128 _ctLabel;

    /// <summary>
    /// Original direction of the connection, IPv4; overlaps <see cref="CtIpv6Source"/>, told apart by <see cref="EtherType"/>.
    /// </summary>
    [FieldOffset(224)] public Ipv4Address CtNwSource;
    [FieldOffset(224)] public Ipv6Address CtIpv6Source;
    [FieldOffset(240)] public Ipv4Address CtNwDestination;
    [FieldOffset(240)] public Ipv6Address CtIpv6Destination;

    [FieldOffset(256)] private ushort _innerVlanTpid;
    [FieldOffset(258)] private ushort _innerVlanTci;
    [FieldOffset(260)] private uint _mpls0;
    [FieldOffset(264)] private uint _mpls1;
    [FieldOffset(268)] private uint _mpls2;
    [FieldOffset(272)] public byte NdOptionsType;
    [FieldOffset(276)] private uint _erspanIndex;

    /// <summary>GENEVE options as on the wire.</summary>
    [FieldOffset(OptionsOffset)] public TunnelOptions TunnelOptionBytes;

    /// <summary>Property K2. Not itself part of the match.</summary>
    [FieldOffset(MatchSize)] public FlowSections Sections;

    /// <summary>The bytes of section <paramref name="index"/> (0 to 16).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref Vector256<byte> Section(ref FlowKey key, int index) =>
        ref Unsafe.AddByteOffset(ref Unsafe.As<FlowKey, Vector256<byte>>(ref key), index * SectionSize);

    /// <summary>All 544 matched bytes, for generic field access, bit flips and hashing in tests.</summary>
    public static Span<byte> MatchBytes(ref FlowKey key) =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<FlowKey, byte>(ref key), MatchSize);

    public bool Equals(in FlowKey other)
    {
        var sections = (uint)(Sections | other.Sections);
        for (; sections != 0; sections &= sections - 1)
        {
            var i = System.Numerics.BitOperations.TrailingZeroCount(sections);
            if (Section(ref this, i) != Section(ref Unsafe.AsRef(in other), i)) return false;
        }

        return true;
    }

    bool IEquatable<FlowKey>.Equals(FlowKey other) => Equals(in other);

    public override bool Equals(object? obj) => obj is FlowKey other && Equals(in other);

    public override int GetHashCode() => (int)Hash(0);

    /// <summary>A neighbour solicitation or advertisement (RFC 4861 sections 4.3, 4.4) that is not a later fragment.</summary>
    public readonly bool IsNeighbourDiscovery =>
        EthType == EtherType.Ipv6 && NwProto == IpProtocol.Icmpv6 && (NwFragment & FragmentBits.Later) == 0
        && TpSource is 135 or 136 && TpDestination == 0;

    /// <summary>Did the packet come out of a tunnel? It has an outer destination then (OVS: <c>flow_tnl_dst_is_set</c>).</summary>
    public readonly bool HasTunnel => !TunnelDestination.IsZero || !TunnelDestinationV6.IsZero;

    /// <summary>Makes the key all zero, at the cost of the sections it used.</summary>
    public void Clear()
    {
        for (var sections = (uint)Sections; sections != 0; sections &= sections - 1)
            Section(ref this, System.Numerics.BitOperations.TrailingZeroCount(sections)) = default;
        Sections = FlowSections.None;
    }

    /// <summary>
    /// Recomputes <see cref="Sections"/> from the bytes: <see cref="FlowSections.Base"/> and each section that is not all zero.
    /// </summary>
    public void Normalize()
    {
        var sections = (uint)FlowSections.Base;
        for (var i = 2; i < SectionCount; i++)
            if (Section(ref this, i) != Vector256<byte>.Zero) sections |= 1u << i;
        Sections = (FlowSections)sections;
    }
}
