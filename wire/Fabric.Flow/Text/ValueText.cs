using System.Globalization;
using System.Text;
using Fabric.Wire;

namespace Fabric.Flow.Text;

/// <summary>Values as OVS writes them.</summary>
internal static class ValueText
{
    /// <summary>C's <c>%#x</c>.</summary>
    public static StringBuilder AppendHex(this StringBuilder text, UInt128 value) =>
        value == 0 ? text.Append('0') : text.Append(CultureInfo.InvariantCulture, $"0x{value:x}");

    public static StringBuilder AppendDecimal(this StringBuilder text, UInt128 value) =>
        text.Append(CultureInfo.InvariantCulture, $"{value}");

    public static void Append(StringBuilder text, TextKind kind, UInt128 value)
    {
        switch (kind)
        {
            case TextKind.Mac: text.Append(new MacAddress((ulong)value).ToString()); break;
            case TextKind.Ipv4: text.Append(new Ipv4Address((uint)value).ToString()); break;
            case TextKind.Ipv6: AppendIpv6(text, value); break;
            case TextKind.Hex: text.AppendHex(value); break;
            case TextKind.LongHex or TextKind.AlwaysExact: text.Append("0x").Append(
                ((ulong)value).ToString("x", CultureInfo.InvariantCulture)); break;
            case TextKind.Fragment: text.Append((value & 1) == 0 ? "no" : (value & 2) == 0 ? "first" : "later"); break;
            default: text.AppendDecimal(value); break;
        }
    }

    public static void AppendMask(StringBuilder text, TextKind kind, UInt128 mask)
    {
        text.Append('/');
        if (kind is TextKind.Mac or TextKind.Ipv4 or TextKind.Ipv6) Append(text, kind, mask);
        else text.AppendHex(mask);
    }

    /// <summary>
    /// As the C library's <c>inet_ntop</c>: the longest run of at least two zero groups becomes <c>::</c>, IPv4-mapped and
    /// IPv4-compatible addresses end in dotted form. .NET differs in corner cases.
    /// </summary>
    public static void AppendIpv6(StringBuilder text, UInt128 value)
    {
        int bestStart = -1, bestCount = 1;
        for (var i = 0; i < 8; i++)
        {
            var count = 0;
            while (i + count < 8 && Group(value, i + count) == 0) count++;
            if (count > bestCount) (bestStart, bestCount) = (i, count);
        }

        for (var i = 0; i < 8; i++)
        {
            if (i == bestStart)
            {
                text.Append("::");
                i += bestCount - 1;
                continue;
            }

            if (i > 0 && (bestStart < 0 || i != bestStart + bestCount)) text.Append(':');
            var isDotted = i == 6 && bestStart == 0 && (bestCount == 6 || (bestCount == 5 && Group(value, 5) == 0xffff));
            if (isDotted)
            {
                text.Append(new Ipv4Address((uint)value).ToString());
                return;
            }

            text.Append(CultureInfo.InvariantCulture, $"{Group(value, i):x}");
        }
    }

    private static ushort Group(UInt128 value, int index) => (ushort)(value >> (112 - index * 16));

    /// <summary>Bytes as one hexadecimal number without leading zeros; <c>0</c> when all are zero.</summary>
    public static void AppendBytes(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.TrimStart((byte)0);
        if (bytes.IsEmpty)
        {
            text.Append('0');
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"0x{bytes[0]:x}");
        foreach (var b in bytes[1..]) text.Append(CultureInfo.InvariantCulture, $"{b:x2}");
    }
}
