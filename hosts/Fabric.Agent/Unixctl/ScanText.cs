using System.Globalization;

namespace Fabric.Agent;

/// <summary>Numbers in commands, read as C reads them: leading digits count, what follows does not.</summary>
internal static class ScanText
{
    /// <summary><c>atoi</c>: 0 when there are no digits.</summary>
    public static int Atoi(string text)
    {
        var at = 0;
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        var negative = at < text.Length && text[at] == '-';
        if (at < text.Length && text[at] is '-' or '+') at++;
        long value = 0;
        for (; at < text.Length && char.IsAsciiDigit(text[at]) && value <= int.MaxValue; at++) value = value * 10 + (text[at] - '0');
        return (int)(negative ? -value : value);
    }

    /// <summary><c>%u</c>.</summary>
    public static bool TryUnsigned(string text, out uint value)
    {
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        return uint.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    /// <summary><c>%i</c>: decimal, <c>0x</c> hexadecimal or <c>0</c> octal; the whole text.</summary>
    public static bool TryInteger(string text, out uint value)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        if (text.Length < 2 || text[0] != '0')
            return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        value = 0;
        foreach (var c in text)
        {
            if (c is < '0' or > '7' || value >= 1u << 29) return false;
            value = value * 8 + (uint)(c - '0');
        }

        return true;
    }
}
