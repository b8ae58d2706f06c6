using System.Diagnostics.CodeAnalysis;

namespace Fabric.Wire;

/// <summary>
/// The outer header of a tunnelled packet, taken off (receive) or to be put on (transmit). It is what the Linux kernel calls
/// <c>ip_tunnel_info</c> and OVS <c>flow_tnl</c>. The addresses are IPv4 unless <see cref="IsIpv6"/>.
/// Equality compares only the option bytes in use: what lies behind them is left over from earlier packets.
/// </summary>
public struct TunnelMetadata : IEquatable<TunnelMetadata>
{
    /// <summary>True when there is an outer header at all. First: it shares a cache line with what every frame is asked for.</summary>
    public bool IsPresent;
    public bool IsIpv6;

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

    /// <summary>
    /// GENEVE options as they stand on the wire: <see cref="OptionsSize"/> bytes of <see cref="Options"/>, a multiple of 4.
    /// </summary>
    public byte OptionsSize;
    public TunnelOptions Options;

    /// <summary>The option bytes in use.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> OptionBytes => ((ReadOnlySpan<byte>)Options)[..OptionsSize];

    /// <summary>Makes <paramref name="options"/> (at most <see cref="TunnelOptions.MaxUsed"/> bytes, whole words) the options.</summary>
    public void SetOptions(ReadOnlySpan<byte> options)
    {
        Invariant.Check(options.Length <= TunnelOptions.MaxUsed && options.Length % 4 == 0,
            "tunnel options are whole words and fit a header");
        options.CopyTo(Options);
        OptionsSize = (byte)options.Length;
    }

    public readonly bool Equals(TunnelMetadata other) =>
        Id == other.Id && Source == other.Source && Destination == other.Destination && SourceV6 == other.SourceV6
        && DestinationV6 == other.DestinationV6 && Flags == other.Flags && Tos == other.Tos && Ttl == other.Ttl
        && SourcePort == other.SourcePort && DestinationPort == other.DestinationPort && GbpId == other.GbpId && GbpFlags == other.GbpFlags
        && IsPresent == other.IsPresent && IsIpv6 == other.IsIpv6 && OptionBytes.SequenceEqual(other.OptionBytes);

    public override readonly bool Equals(object? obj) => obj is TunnelMetadata other && Equals(other);

    public override readonly int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Id);
        hash.Add(Destination);
        hash.Add(DestinationV6);
        hash.Add(Flags);
        hash.Add(DestinationPort);
        hash.AddBytes(OptionBytes);
        return hash.ToHashCode();
    }

    public static bool operator ==(TunnelMetadata left, TunnelMetadata right) => left.Equals(right);

    public static bool operator !=(TunnelMetadata left, TunnelMetadata right) => !left.Equals(right);
}
