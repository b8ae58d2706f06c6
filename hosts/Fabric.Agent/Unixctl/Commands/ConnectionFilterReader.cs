using System.Globalization;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// Reads the words by which <c>flush-conntrack</c> names connections: parts of the original direction, then of the other (OVS:
/// <c>ofp_ct_tuple_parse</c>). What the first says of protocol and kind of address holds for the second.
/// </summary>
internal sealed class ConnectionFilterReader
{
    private readonly ConnectionFilterTuple[] _parts = [ConnectionFilterTuple.Any, ConnectionFilterTuple.Any];
    private byte _protocol;
    private byte _ipVersion;

    public ConnectionFilter Filter(ushort? zone) => new(zone, _protocol, _parts[0], _parts[1]) { IpVersion = _ipVersion };

    public bool TryRead(string text, bool isReply, out string error)
    {
        var part = _parts[isReply ? 1 : 0];
        foreach (var field in text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var sign = field.IndexOf('=');
            var (key, value) = sign < 0 ? (field, "") : (field[..sign], field[(sign + 1)..]);
            error = Objection(key, value, part);
            if (error.Length > 0) return false;
            error = $"failed to parse field {key}";
            var read = With(part, key, value);
            if (read is null) return false;
            part = read;
        }

        _parts[isReply ? 1 : 0] = part;
        var isPortAlone = _protocol == 0 && ((part.SourcePort ?? 0) != 0 || (part.DestinationPort ?? 0) != 0);
        error = isPortAlone ? "port is set without protocol" : "";
        return !isPortAlone;
    }

    private string Objection(string key, string value, ConnectionFilterTuple part)
    {
        if (value.Length == 0) return $"field {key} missing value";
        var isIcmp = _protocol is IpProtocol.Icmp or IpProtocol.Icmpv6;
        return key switch
        {
            "ct_nw_src" or "ct_nw_dst" when _ipVersion == 6 => $"the L3 protocol does not match {value}",
            "ct_ipv6_src" or "ct_ipv6_dst" when _ipVersion == 4 => $"the L3 protocol does not match {value}",
            "ct_nw_src" or "ct_ipv6_src" when part.Source is not null => $"{key} is set multiple times",
            "ct_nw_dst" or "ct_ipv6_dst" when part.Destination is not null => $"{key} is set multiple times",
            "icmp_type" or "icmp_code" or "icmp_id" when !isIcmp => "invalid L4 fields",
            "ct_nw_src" or "ct_ipv6_src" or "ct_nw_dst" or "ct_ipv6_dst" or "ct_nw_proto" or "ct_tp_src" or "ct_tp_dst" or "icmp_type"
                or "icmp_code" or "icmp_id" => "",
            _ => $"invalid conntrack tuple field: {key}",
        };
    }

    /// <summary>Null when the value cannot be read.</summary>
    private ConnectionFilterTuple? With(ConnectionFilterTuple part, string key, string value)
    {
        switch (key)
        {
            case "ct_nw_src" or "ct_ipv6_src":
                return TryAddress(key, value, out var source) ? part with { Source = source } : null;
            case "ct_nw_dst" or "ct_ipv6_dst":
                return TryAddress(key, value, out var destination) ? part with { Destination = destination } : null;
            case "ct_nw_proto":
                return TryNumber(value, byte.MaxValue, out var protocol) && (_protocol = (byte)protocol) == protocol ? part : null;
            case "ct_tp_src" or "icmp_id":
                return TryNumber(value, ushort.MaxValue, out var from) ? part with { SourcePort = from } : null;
            case "ct_tp_dst":
                return TryNumber(value, ushort.MaxValue, out var to) ? part with { DestinationPort = to } : null;
            case "icmp_type":
                return TryNumber(value, byte.MaxValue, out var type) ? part with { IcmpType = (byte)type } : null;
            default:
                return TryNumber(value, byte.MaxValue, out var code) ? part with { IcmpCode = (byte)code } : null;
        }
    }

    /// <summary>The address <c>::</c> is any, but only among IPv6 connections.</summary>
    private bool TryAddress(string key, string text, out Ipv6Address? address)
    {
        address = null;
        var isIpv4 = key.StartsWith("ct_nw", StringComparison.Ordinal);
        if (!IpAddress.TryParse(text, out var read) || read.IsIpv4 != isIpv4) return false;
        _ipVersion = (byte)(isIpv4 ? 4 : 6);
        if (!read.V6.IsZero) address = read.V6;
        return true;
    }

    /// <summary>As C's <c>strtoul</c> with base 0 reads: decimal, or hexadecimal with 0x in front.</summary>
    private static bool TryNumber(string text, ushort max, out ushort number)
    {
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var isRead = isHex
            ? ushort.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        return isRead && number <= max;
    }
}
