using Fabric.Wire;

namespace Fabric.Flow;

/// <summary>One direction of a connection; null is "any" (OVS: <c>ofp_ct_tuple</c>).</summary>
public sealed record ConnectionFilterTuple
{
    public static ConnectionFilterTuple Any { get; } = new();

    /// <summary>IPv4 addresses as mapped ones (<c>::ffff:a.b.c.d</c>).</summary>
    public Ipv6Address? Source { get; init; }

    /// <inheritdoc cref="Source"/>
    public Ipv6Address? Destination { get; init; }

    /// <summary>For ICMP the identifier.</summary>
    public ushort? SourcePort { get; init; }
    public ushort? DestinationPort { get; init; }
    public byte? IcmpType { get; init; }
    public byte? IcmpCode { get; init; }
}
