using System.Runtime.CompilerServices;

namespace Fabric.Wire;

/// <summary>
/// The outer header of a tunnelled packet, taken off (receive) or to be put on (transmit). It is what the Linux kernel calls
/// <c>ip_tunnel_info</c> and OVS <c>flow_tnl</c>. The addresses are IPv4 unless <see cref="IsIpv6"/>.
/// </summary>
public struct TunnelMetadata
{
    /// <summary>Tunnel key: VNI for VXLAN and GENEVE, VSID for NVGRE. Valid when <see cref="TunnelFlags.Key"/> is set.</summary>
    public ulong Id;

    public Ipv4Address Source;
    public Ipv4Address Destination;
    public Ipv6Address SourceV6;
    public Ipv6Address DestinationV6;
    public TunnelFlags Flags;
    public byte Tos;
    public byte Ttl;

    /// <summary>Outer UDP ports, host order; 0 on transmit means "chosen by the tunnel".</summary>
    public ushort SourcePort;
    public ushort DestinationPort;

    /// <summary>Group policy of VXLAN-GBP; 0 when unused.</summary>
    public ushort GbpId;
    public byte GbpFlags;

    /// <summary>GENEVE options as they stand on the wire: <see cref="OptionsSize"/> bytes of <see cref="Options"/>, a multiple of 4.</summary>
    public byte OptionsSize;
    public TunnelOptions Options;

    /// <summary>True when there is an outer header at all.</summary>
    public bool IsPresent;
    public bool IsIpv6;
}

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
}

/// <summary>Room for the options of one GENEVE header: 63 words of 4 bytes (RFC 8926 section 3.4), rounded up.</summary>
[InlineArray(Size)]
public struct TunnelOptions
{
    public const int Size = 256;

    /// <summary>Most option bytes that a header can announce.</summary>
    public const int MaxUsed = 252;

    private byte _first;
}
