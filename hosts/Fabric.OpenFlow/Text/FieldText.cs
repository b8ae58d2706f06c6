using System.Globalization;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.OpenFlow;

/// <summary>Values of fields as text, with masks (OVS: <c>mf_parse</c>, <c>mf_format</c>).</summary>
public static class FieldText
{
    private static readonly string[] TcpFlagNames = ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns"];
    private static readonly string[] ConnectionStateNames = ["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"];
    private static readonly string[] TunnelFlagNames = ["oam"];
    private static readonly string[] TunnelFlagWordNames = ["df", "csum", "key", "oam"];

    /// <summary>A number as C writes it: decimal, 0x… or octal with a leading 0.</summary>
    public static bool TryParseNumber(ReadOnlySpan<char> text, out UInt128 number)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return UInt128.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
        if (text.Length < 2 || text[0] != '0') return UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        number = 0;
        foreach (var c in text)
        {
            if (c is < '0' or > '7') return false;
            number = (number << 3) | (uint)(c - '0');
        }

        return true;
    }

    /// <summary>Reads <c>value</c> or <c>value/mask</c>. Bits of the value outside of the mask are cleared, as OVS does.</summary>
    public static bool TryParse(OpenFlowField field, string text, IOpenFlowPorts ports, out UInt128 value, out UInt128 mask,
        out string? error)
    {
        mask = field.AllOnes;
        error = null;
        value = 0;
        if (field.Format is FieldFormat.Fragment) return TryParseFragment(text, out value, out mask, out error);
        if (field.Format is FieldFormat.TcpFlags or FieldFormat.ConnectionState or FieldFormat.TunnelFlags
            && (text.Length == 0 || !char.IsAsciiDigit(text[0])))
            return TryParseFlags(NamesOf(field), field, text, out value, out mask, out error);
        var slash = text.IndexOf('/');
        var first = slash < 0 ? text : text[..slash];
        if (!TryParseOne(field, first, ports, out value))
        {
            error = $"'{first}' is not {Describe(field)}";
            return false;
        }

        if (slash >= 0 && !TryParseMask(field, text[(slash + 1)..], ports, out mask))
        {
            error = $"'{text[(slash + 1)..]}' is not a mask of {field.Name}, which is {Describe(field)}";
            return false;
        }

        if (slash >= 0 && !field.IsMaskable && mask != field.AllOnes)
        {
            error = $"{field.Name} cannot be masked";
            return false;
        }

        value &= mask;
        return true;
    }

    /// <summary>What a field accepts, for messages.</summary>
    public static string Describe(OpenFlowField field) => field.Format switch
    {
        FieldFormat.Mac => "an Ethernet address (aa:bb:cc:dd:ee:ff)",
        FieldFormat.Ipv4 => "an IPv4 address (a.b.c.d)",
        FieldFormat.Ipv6 => "an IPv6 address",
        FieldFormat.Port => "a port (a name of this bridge, a number, or LOCAL, CONTROLLER, NONE)",
        FieldFormat.PacketType => "a packet type (namespace,type)",
        FieldFormat.Fragment => "one of no, yes, first, later, not_later",
        FieldFormat.TcpFlags or FieldFormat.ConnectionState or FieldFormat.TunnelFlags =>
            $"a list of +flag and -flag with flags {string.Join(", ", NamesOf(field))}, or a number",
        _ => $"a number of at most {field.Width} bits",
    };

    /// <summary>The value under its mask, as <c>ovs-ofctl</c> prints it.</summary>
    public static string Format(OpenFlowField field, UInt128 value, UInt128 mask, IOpenFlowPorts ports)
    {
        var exact = mask == field.AllOnes;
        switch (field.Format)
        {
            case FieldFormat.Mac:
                return exact ? new MacAddress((ulong)value).ToString() : $"{new MacAddress((ulong)value)}/{new MacAddress((ulong)mask)}";
            case FieldFormat.Ipv4:
                return new Ipv4Address((uint)value) + FormatMask(mask, 32, m => new Ipv4Address((uint)m).ToString());
            case FieldFormat.Ipv6:
                return ToIpv6(value) + FormatMask(mask, 128, m => ToIpv6(m).ToString());
            case FieldFormat.Port:
                var port = new OfpPort((ushort)value);
                return PortText.Format(port, ports);
            case FieldFormat.Fragment:
                return FormatFragment((uint)value, (uint)mask);
            case FieldFormat.TcpFlags or FieldFormat.ConnectionState or FieldFormat.TunnelFlags:
                return FormatFlags(NamesOf(field), field, value, mask);
            case FieldFormat.PacketType when exact:
                return string.Create(CultureInfo.InvariantCulture, $"({(uint)value >> 16},{Hex((uint)value & 0xffff)})");
            case FieldFormat.Decimal when exact:
                return value.ToString(CultureInfo.InvariantCulture);
            default:
                return exact ? Hex(value) : $"{Hex(value)}/{Hex(mask)}";
        }
    }

    /// <summary>0 stays 0, all else is 0x…, as C's <c>%#x</c>.</summary>
    public static string Hex(UInt128 value) => value == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");

    private static string[] NamesOf(OpenFlowField field) => field.Format switch
    {
        FieldFormat.TcpFlags => TcpFlagNames,
        FieldFormat.ConnectionState => ConnectionStateNames,
        _ => field.Width == 1 ? TunnelFlagNames : TunnelFlagWordNames,
    };

    private static Ipv6Address ToIpv6(UInt128 value) => new((ulong)(value >> 64), (ulong)value);

    private static bool TryParseOne(OpenFlowField field, string text, IOpenFlowPorts ports, out UInt128 value)
    {
        value = 0;
        switch (field.Format)
        {
            case FieldFormat.Mac:
                if (!MacAddress.TryParse(text, out var mac)) return false;
                value = mac.Value;
                return true;
            case FieldFormat.Ipv4:
                if (!Ipv4Address.TryParse(text, out var v4)) return false;
                value = v4.Value;
                return true;
            case FieldFormat.Ipv6:
                if (!Ipv6Address.TryParse(text, out var v6)) return false;
                value = new UInt128(v6.High, v6.Low);
                return true;
            case FieldFormat.Port:
                if (!PortText.TryParse(text, ports, out var port)) return false;
                value = port.Value;
                return true;
            case FieldFormat.PacketType:
                var comma = text.IndexOf(',');
                if (comma < 2 || text[0] != '(' || text[^1] != ')' || !TryParseNumber(text.AsSpan(1, comma - 1), out var space)
                    || !TryParseNumber(text.AsSpan(comma + 1, text.Length - comma - 2), out var type)) return false;
                value = space << 16 | type;
                return space <= 0xffff && type <= 0xffff;
            default:
                return TryParseNumber(text, out value) && (value & ~field.AllOnes) == 0;
        }
    }

    private static bool TryParseMask(OpenFlowField field, string text, IOpenFlowPorts ports, out UInt128 mask)
    {
        mask = 0;
        if (field.Format is FieldFormat.Ipv4 or FieldFormat.Ipv6 && !text.Contains('.') && !text.Contains(':'))
        {
            if (!TryParseNumber(text, out var length) || length > (uint)field.Width) return false;
            mask = length == 0 ? 0 : field.AllOnes << (field.Width - (int)length) & field.AllOnes;
            return true;
        }

        return TryParseOne(field, text, ports, out mask);
    }

    private static string FormatMask(UInt128 mask, int width, Func<UInt128, string> format)
    {
        var ones = width == 128 ? UInt128.MaxValue : (UInt128.One << width) - 1;
        if (mask == ones) return "";
        var length = (int)UInt128.LeadingZeroCount(~(mask << (128 - width)));
        return (ones << (width - length) & ones) == mask ? string.Create(CultureInfo.InvariantCulture, $"/{length}") : "/" + format(mask);
    }

    private static bool TryParseFragment(string text, out UInt128 value, out UInt128 mask, out string? error)
    {
        (uint Value, uint Mask)? found = text switch
        {
            "no" => (0, 3), "yes" => (1, 1), "first" => (1, 3), "later" => (2, 2), "not_later" => (0, 2), _ => null,
        };
        (value, mask) = found ?? default;
        error = found is null ? $"'{text}' is not {Describe(OpenFlowFields.Fragment)}" : null;
        return found is not null;
    }

    private static string FormatFragment(uint value, uint mask) => (value, mask) switch
    {
        (0, 3) => "no", (1, 1) => "yes", (1, 3) => "first", (2, 2) or (3, 3) => "later", (0, 2) => "not_later", _ => "<error>",
    };

    private static bool TryParseFlags(
        string[] names, OpenFlowField field, string text, out UInt128 value, out UInt128 mask, out string? error)
    {
        (value, mask, error) = (0, 0, null);
        var exact = text.Length > 0 && text[0] is not ('+' or '-');
        for (var i = 0; i < text.Length;)
        {
            var sign = text[i] is '+' or '-' or '|' ? text[i++] : '+';
            var start = i;
            while (i < text.Length && text[i] is not ('+' or '-' or '|')) i++;
            var bit = Array.IndexOf(names, text[start..i]);
            if (bit < 0)
            {
                error = $"'{text[start..i]}' is not a flag of {field.Name}; flags are {string.Join(", ", names)}";
                return false;
            }

            mask |= UInt128.One << bit;
            if (sign != '-') value |= UInt128.One << bit;
        }

        if (exact) mask = field.Format == FieldFormat.TunnelFlags ? mask : field.AllOnes;
        return true;
    }

    private static string FormatFlags(string[] names, OpenFlowField field, UInt128 value, UInt128 mask)
    {
        var known = (UInt128.One << names.Length) - 1;
        if (mask == field.AllOnes && field.Format is not (FieldFormat.ConnectionState or FieldFormat.TunnelFlags))
        {
            var set = names.Where((_, i) => (value >> i & 1) != 0);
            return value == 0 ? "0" : string.Join("|", set);
        }

        if ((mask & ~known) != 0 && mask != field.AllOnes) return $"{Hex(value)}/{Hex(mask)}";
        return string.Concat(names.Select((name, i) => (mask >> i & 1) == 0 ? "" : ((value >> i & 1) != 0 ? "+" : "-") + name));
    }
}
