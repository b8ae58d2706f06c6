using System.Globalization;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// Parts of a connection's two tuples, by which <c>flush-conntrack</c> names connections (OVS: <c>ofp_ct_tuple_parse</c>).
/// </summary>
internal sealed class CtMatch
{
    private readonly Parts[] _parts = [new(), new()];
    private byte? _proto;

    private sealed class Parts
    {
        public IpAddress? Source, Destination;
        public ushort? SourcePort, DestinationPort;
        public byte? IcmpType, IcmpCode;

        public bool IsEmpty => this is
        {
            Source: null, Destination: null, SourcePort: null, DestinationPort: null, IcmpType: null, IcmpCode: null,
        };
    }

    public bool IsEmpty => _proto is null && _parts.All(p => p.IsEmpty);

    public bool TryRead(string text, bool isReply, out string error)
    {
        var parts = _parts[isReply ? 1 : 0];
        foreach (var field in text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var sign = field.IndexOf('=');
            var (key, value) = sign < 0 ? (field, "") : (field[..sign], field[(sign + 1)..]);
            error = Objection(key, value, parts);
            if (error.Length > 0) return false;
            error = $"failed to parse field {key}";
            var isRead = key switch
            {
                "ct_nw_src" or "ct_ipv6_src" => TryAddress(key, value, out parts.Source),
                "ct_nw_dst" or "ct_ipv6_dst" => TryAddress(key, value, out parts.Destination),
                "ct_nw_proto" => TryNumber(value, out _proto),
                "ct_tp_src" or "icmp_id" => TryPort(value, out parts.SourcePort),
                "ct_tp_dst" => TryPort(value, out parts.DestinationPort),
                "icmp_type" => TryNumber(value, out parts.IcmpType),
                "icmp_code" => TryNumber(value, out parts.IcmpCode),
                _ => false,
            };
            if (!isRead) return false;
        }

        var isPortAlone = _proto is null && parts is not { SourcePort: null, DestinationPort: null };
        error = isPortAlone ? "port is set without protocol" : "";
        return !isPortAlone;
    }

    private string Objection(string key, string value, Parts parts)
    {
        if (value.Length == 0) return $"field {key} missing value";
        var isIcmp = _proto is IpProtocol.Icmp or IpProtocol.Icmpv6;
        return key switch
        {
            "ct_nw_src" or "ct_ipv6_src" when parts.Source is not null => $"{key} is set multiple times",
            "ct_nw_dst" or "ct_ipv6_dst" when parts.Destination is not null => $"{key} is set multiple times",
            "ct_nw_src" or "ct_nw_dst" when _parts.Any(p => (p.Source ?? p.Destination) is { IsIpv4: false })
                => $"the L3 protocol does not match {value}",
            "ct_ipv6_src" or "ct_ipv6_dst" when _parts.Any(p => (p.Source ?? p.Destination) is { IsIpv4: true })
                => $"the L3 protocol does not match {value}",
            "icmp_type" or "icmp_code" or "icmp_id" when !isIcmp => "invalid L4 fields",
            "ct_nw_src" or "ct_ipv6_src" or "ct_nw_dst" or "ct_ipv6_dst" or "ct_nw_proto" or "ct_tp_src" or "ct_tp_dst" or "icmp_type"
                or "icmp_code" or "icmp_id" => "",
            _ => $"invalid conntrack tuple field: {key}",
        };
    }

    public bool Matches(CtEntry entry) => (_proto is null || _proto == entry.Original.Proto)
        && Matches(_parts[0], entry.Original) && Matches(_parts[1], entry.Reply);

    private static bool Matches(Parts parts, CtTuple tuple) =>
        (parts.Source is null || parts.Source.Value.Equals(tuple.Source))
        && (parts.Destination is null || parts.Destination.Value.Equals(tuple.Destination))
        && (parts.SourcePort is null || parts.SourcePort == tuple.SourcePort)
        && (parts.DestinationPort is null || parts.DestinationPort == tuple.DestinationPort)
        && (parts.IcmpType is null || parts.IcmpType == tuple.IcmpType)
        && (parts.IcmpCode is null || parts.IcmpCode == tuple.IcmpCode);

    private static bool TryAddress(string key, string text, out IpAddress? address)
    {
        var isRead = IpAddress.TryParse(text, out var read) && read.IsIpv4 == key.StartsWith("ct_nw", StringComparison.Ordinal);
        address = isRead ? read : null;
        return isRead;
    }

    private static bool TryPort(string text, out ushort? port)
    {
        var isRead = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var read);
        port = isRead ? read : null;
        return isRead;
    }

    private static bool TryNumber(string text, out byte? number)
    {
        var isRead = byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var read);
        number = isRead ? read : null;
        return isRead;
    }
}
