using Fabric.Wire;

namespace Fabric.Tunnels;

/// <summary>What all tunnels of one datapath have in common.</summary>
public sealed record TunnelSettings
{
    /// <summary>First of the dynamic ports, from which RFC 7348 section 5 takes the source port.</summary>
    public const int FirstSourcePort = 49_152;

    public const int MostSourcePorts = 65_536 - FirstSourcePort;

    /// <summary>How many source ports the inner flows are spread over, 1 to 16,384; each is a socket of the underlay.</summary>
    public int SourcePortCount
    {
        get;
        init
        {
            Invariant.Check(value is >= 1 and <= MostSourcePorts, "the source ports are 1 to 16,384 of the dynamic ones");
            field = value;
        }
    } = 16;

    /// <summary>Outer TTL when the tunnel metadata says 0 (RFC 1700: 64).</summary>
    public byte DefaultTtl { get; init; } = 64;

    /// <summary>Longest outer IP packet of an egress port without a <see cref="SetEgressMtu"/>, bytes.</summary>
    public int DefaultMtu { get; init; } = 1600;
}
