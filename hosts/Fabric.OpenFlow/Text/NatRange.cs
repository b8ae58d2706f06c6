using System.Globalization;
using Fabric.Wire;

namespace Fabric.OpenFlow;

/// <summary><c>address[-address][:port[-port]]</c> of <c>nat(src=…)</c>; IPv6 addresses may stand in brackets.</summary>
internal static class NatRange
{
    private const ulong MappedPrefix = 0xffff00000000;

    public static bool TryParse(string text, ref NatAction action)
    {
        var rest = text.AsSpan();
        if (TakeAddress(ref rest, out var low, out var isIpv4))
        {
            action = action with { AddressLow = low, IsIpv4 = isIpv4, AddressHigh = null, PortLow = 0, PortHigh = 0 };
            if (Take(ref rest, '-'))
            {
                if (!TakeAddress(ref rest, out var high, out var isHighIpv4) || isHighIpv4 != isIpv4) return false;
                if (high.High < low.High || (high.High == low.High && high.Low < low.Low)) return false;
                action = action with { AddressHigh = high };
            }

            if (Take(ref rest, ':'))
            {
                if (!TakePort(ref rest, out var first)) return false;
                action = action with { PortLow = first };
                if (Take(ref rest, '-'))
                {
                    if (!TakePort(ref rest, out var last) || last < first) return false;
                    action = action with { PortHigh = last };
                }
            }
        }

        return rest.Length == 0;
    }

    /// <summary>Mapped addresses for IPv4, as the action holds them.</summary>
    public static Ipv6Address Map(Ipv4Address address) => new(0, MappedPrefix | address.Value);

    public static Ipv4Address Unmap(Ipv6Address address) => new((uint)address.Low);

    public static string Format(NatAction action)
    {
        if (action.AddressLow is not { } low) return "";
        var text = FormatAddress(low, action);
        if (action.AddressHigh is { } high && !high.IsZero && high != low && !(action.IsIpv4 && Unmap(high).Value == 0))
            text += "-" + FormatAddress(high, action);
        if (action.PortLow == 0) return text;
        text += string.Create(CultureInfo.InvariantCulture, $":{action.PortLow}");
        return action.PortHigh != 0 && action.PortHigh != action.PortLow
            ? text + string.Create(CultureInfo.InvariantCulture, $"-{action.PortHigh}") : text;
    }

    private static string FormatAddress(Ipv6Address address, NatAction action) =>
        action.IsIpv4 ? Unmap(address).ToString() : action.PortLow != 0 ? $"[{address}]" : address.ToString();

    private static bool Take(ref ReadOnlySpan<char> rest, char c)
    {
        if (rest.Length == 0 || rest[0] != c) return false;
        rest = rest[1..];
        return true;
    }

    private static bool TakeAddress(ref ReadOnlySpan<char> rest, out Ipv6Address address, out bool isIpv4)
    {
        var end = rest.IndexOfAnyExcept("0123456789.");
        isIpv4 = Ipv4Address.TryParse(end < 0 ? rest : rest[..end], out var v4);
        address = Map(v4);
        if (isIpv4)
        {
            rest = end < 0 ? default : rest[end..];
            return true;
        }

        var inBrackets = rest.Length > 0 && rest[0] == '[';
        var body = inBrackets ? rest[1..] : rest;
        end = body.IndexOfAnyExcept("0123456789abcdefABCDEF:.");
        if (end < 0) end = body.Length;
        if (!Ipv6Address.TryParse(body[..end], out address) || (inBrackets && (end == body.Length || body[end] != ']'))) return false;
        rest = body[(inBrackets ? end + 1 : end)..];
        return true;
    }

    private static bool TakePort(ref ReadOnlySpan<char> rest, out ushort port)
    {
        var end = rest.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[end..];
        return ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port);
    }
}
