using Fabric.Wire;

namespace Fabric.Flow;

/// <summary>
/// Which tracked connections to forget (OVS: <c>ofp_ct_match</c>, <c>ct_dpif_flush</c>). With everything left out it names every
/// connection; with addresses (and ports) of the original direction and nothing of the other it names exactly one; else every one that
/// agrees.
/// </summary>
/// <param name="Zone">Null is every zone; but of a filter that names one connection it is zone 0.</param>
/// <param name="Protocol">IP protocol; 0 is any.</param>
public sealed record ConnectionFilter(ushort? Zone, byte Protocol, ConnectionFilterTuple Original, ConnectionFilterTuple Reply)
{
    /// <summary>4 or 6; 0 is any, and addresses are not looked at then.</summary>
    public byte IpVersion { get; init; }

    public static ConnectionFilter All { get; } = InZone(null);

    private bool IsIcmp => Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6;

    /// <summary>Nothing but a zone is asked for.</summary>
    public bool IsWhole => Protocol == 0 && IpVersion == 0 && IsEmpty(Original) && IsEmpty(Reply);

    /// <summary>The original direction of the one connection that this names, if it names one.</summary>
    public CtTuple? Only
    {
        get
        {
            if (Original is not { Source: { } source, Destination: { } destination } || !IsEmpty(Reply)) return null;
            if (!IsIcmp && ((Original.SourcePort ?? 0) == 0 || (Original.DestinationPort ?? 0) == 0)) return null;
            return IsIcmp
                ? new CtTuple(source, destination, Protocol, Original.SourcePort ?? 0, 0, Original.IcmpType ?? 0, Original.IcmpCode ?? 0)
                : new CtTuple(source, destination, Protocol, Original.SourcePort ?? 0, Original.DestinationPort ?? 0);
        }
    }

    public static ConnectionFilter InZone(ushort? zone) => new(zone, 0, ConnectionFilterTuple.Any, ConnectionFilterTuple.Any);

    /// <summary>Does a connection of a right zone agree in all that is asked for?</summary>
    public bool Matches(in CtTuple original, in CtTuple reply) =>
        (IpVersion == 0 || original.Source.IsIpv4 == (IpVersion == 4)) && (Protocol == 0 || Protocol == original.Proto)
        && Matches(Original, in original) && Matches(Reply, in reply);

    /// <summary>Of ICMP the identifier, type and code always count (OVS: <c>ct_dpif_tuple_ip_cmp_partial</c>).</summary>
    private bool Matches(ConnectionFilterTuple part, in CtTuple tuple) =>
        IsSame(part.Source, tuple.Source) && IsSame(part.Destination, tuple.Destination)
        && (IsIcmp
            ? (part.SourcePort ?? 0) == tuple.SourcePort && (part.IcmpType ?? 0) == tuple.IcmpType && (part.IcmpCode ?? 0) == tuple.IcmpCode
            : IsSame(part.SourcePort, tuple.SourcePort) && IsSame(part.DestinationPort, tuple.DestinationPort));

    private bool IsSame(Ipv6Address? wanted, IpAddress address) => wanted is not { } known || IpVersion == 0 || address == known;

    private static bool IsSame(ushort? wanted, ushort port) => (wanted ?? 0) == 0 || wanted == port;

    private bool IsEmpty(ConnectionFilterTuple part) =>
        part is { Source: null, Destination: null } && (IsIcmp || ((part.SourcePort ?? 0) == 0 && (part.DestinationPort ?? 0) == 0));
}
