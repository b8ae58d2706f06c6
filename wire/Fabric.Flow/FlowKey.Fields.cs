using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Flow;

/// <summary>The multi-byte fields as numbers; in memory they are in network order (property K1).</summary>
public partial struct FlowKey
{
    public OdpPort InPort
    {
        readonly get => new(ReverseEndianness(_inPort));
        set => _inPort = ReverseEndianness(value.Value);
    }

    public uint RecircId { readonly get => ReverseEndianness(_recircId); set => _recircId = ReverseEndianness(value); }

    /// <summary>Ethernet type; <see cref="NonEthernetType"/> for an 802.3 frame without one.</summary>
    public ushort EthType { readonly get => ReverseEndianness(_ethType); set => _ethType = ReverseEndianness(value); }

    /// <summary>OVS <c>FLOW_DL_TYPE_NONE</c>: an 802.2 frame.</summary>
    public const ushort NonEthernetType = 0x05ff;

    /// <summary>Outermost VLAN tag: priority, <see cref="VlanPresent"/> and id; 0 when untagged.</summary>
    public ushort VlanTci { readonly get => ReverseEndianness(_vlanTci); set => _vlanTci = ReverseEndianness(value); }

    /// <summary>The CFI bit, which OVS sets in the key of every tagged frame.</summary>
    public const ushort VlanPresent = 0x1000;

    public ushort VlanTpid { readonly get => ReverseEndianness(_vlanTpid); set => _vlanTpid = ReverseEndianness(value); }
    public ushort TcpFlags { readonly get => ReverseEndianness(_tcpFlags); set => _tcpFlags = ReverseEndianness(value); }

    /// <summary>L4 source port, or ICMP type.</summary>
    public ushort TpSource { readonly get => ReverseEndianness(_tpSource); set => _tpSource = ReverseEndianness(value); }

    /// <summary>L4 destination port, or ICMP code.</summary>
    public ushort TpDestination { readonly get => ReverseEndianness(_tpDestination); set => _tpDestination = ReverseEndianness(value); }
    public uint Ipv6Label { readonly get => ReverseEndianness(_ipv6Label); set => _ipv6Label = ReverseEndianness(value); }
    public uint SkbPriority { readonly get => ReverseEndianness(_skbPriority); set => _skbPriority = ReverseEndianness(value); }
    public uint SkbMark { readonly get => ReverseEndianness(_skbMark); set => _skbMark = ReverseEndianness(value); }
    public uint DpHash { readonly get => ReverseEndianness(_dpHash); set => _dpHash = ReverseEndianness(value); }

    /// <summary>Namespace (high 16 bits) and type; 0 is Ethernet.</summary>
    public uint PacketType { readonly get => ReverseEndianness(_packetType); set => _packetType = ReverseEndianness(value); }

    public ulong TunnelId { readonly get => ReverseEndianness(_tunnelId); set => _tunnelId = ReverseEndianness(value); }
    public Wire.TunnelFlags TunnelFlags
    {
        readonly get => (Wire.TunnelFlags)ReverseEndianness(_tunnelFlags);
        set => _tunnelFlags = ReverseEndianness((ushort)value);
    }

    public ushort TunnelTpSource { readonly get => ReverseEndianness(_tunnelTpSource); set => _tunnelTpSource = ReverseEndianness(value); }
    public ushort TunnelTpDestination
    {
        readonly get => ReverseEndianness(_tunnelTpDestination);
        set => _tunnelTpDestination = ReverseEndianness(value);
    }
    public ushort TunnelGbpId { readonly get => ReverseEndianness(_tunnelGbpId); set => _tunnelGbpId = ReverseEndianness(value); }
    public uint ErspanIndex { readonly get => ReverseEndianness(_erspanIndex); set => _erspanIndex = ReverseEndianness(value); }

    public uint NdReserved { readonly get => ReverseEndianness(_ndReserved); set => _ndReserved = ReverseEndianness(value); }

    public uint CtState { readonly get => ReverseEndianness(_ctState); set => _ctState = ReverseEndianness(value); }
    public uint CtMark { readonly get => ReverseEndianness(_ctMark); set => _ctMark = ReverseEndianness(value); }
    public ushort CtZone { readonly get => ReverseEndianness(_ctZone); set => _ctZone = ReverseEndianness(value); }
    public ushort CtTpSource { readonly get => ReverseEndianness(_ctTpSource); set => _ctTpSource = ReverseEndianness(value); }
    public ushort CtTpDestination
    {
        readonly get => ReverseEndianness(_ctTpDestination);
        set => _ctTpDestination = ReverseEndianness(value);
    }
    public UInt128 CtLabel { readonly get => ReverseEndianness(_ctLabel); set => _ctLabel = ReverseEndianness(value); }

    public ushort InnerVlanTpid { readonly get => ReverseEndianness(_innerVlanTpid); set => _innerVlanTpid = ReverseEndianness(value); }
    public ushort InnerVlanTci { readonly get => ReverseEndianness(_innerVlanTci); set => _innerVlanTci = ReverseEndianness(value); }

    /// <summary>MPLS label stack entries as on the wire, outermost first; 0 when absent.</summary>
    public uint Mpls0 { readonly get => ReverseEndianness(_mpls0); set => _mpls0 = ReverseEndianness(value); }
    public uint Mpls1 { readonly get => ReverseEndianness(_mpls1); set => _mpls1 = ReverseEndianness(value); }
    public uint Mpls2 { readonly get => ReverseEndianness(_mpls2); set => _mpls2 = ReverseEndianness(value); }
}
