using System.Globalization;
using Fabric.Wire;

namespace Fabric.Flow.Text;

/// <summary>A position in a text, and the small readers that move it. A failed reader may leave it anywhere before the failure.</summary>
internal ref struct TextScanner(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private ReadOnlySpan<char> _rest = text;

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>The next character; NUL at the end.</summary>
    public readonly char Peek => _rest.IsEmpty ? '\0' : _rest[0];

    public readonly ReadOnlySpan<char> Rest => _rest;

    public void Skip(int count = 1) => _rest = _rest[Math.Min(count, _rest.Length)..];

    /// <summary>Un-reads the last <paramref name="count"/> characters.</summary>
    public void PutBack(int count) => _rest = _text[(_text.Length - _rest.Length - count)..];

    public readonly bool IsAt(ReadOnlySpan<char> literal) => _rest.StartsWith(literal, StringComparison.Ordinal);

    public bool TrySkip(ReadOnlySpan<char> literal)
    {
        if (!IsAt(literal)) return false;
        _rest = _rest[literal.Length..];
        return true;
    }

    /// <summary>Skips what separates fields and actions: blanks and commas.</summary>
    public void SkipSeparators() => _rest = _rest.TrimStart(" \t\r\n,");

    /// <summary>Everything before the first of <paramref name="stops"/> or the end.</summary>
    public ReadOnlySpan<char> TakeUntil(ReadOnlySpan<char> stops)
    {
        var end = _rest.IndexOfAny(stops);
        var taken = end < 0 ? _rest : _rest[..end];
        _rest = _rest[taken.Length..];
        return taken;
    }

    /// <summary>Decimal, or hexadecimal after <c>0x</c>; white space may stand before it, as <c>ovs_scan</c> has it.</summary>
    public bool TryNumber(UInt128 max, out UInt128 number)
    {
        _rest = _rest.TrimStart(" \t\r\n\v\f");
        var isHex = IsAt("0x") || IsAt("0X");
        if (isHex) Skip(2);
        var end = isHex ? _rest.IndexOfAnyExcept("0123456789abcdefABCDEF") : _rest.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? _rest : _rest[..end];
        _rest = _rest[digits.Length..];
        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        // More than 32 digits would wrap in some parsers; a number that long is wrong unless it is zeros.
        number = 0;
        return !digits.IsEmpty && UInt128.TryParse(isHex ? TrimZeros(digits) : digits, style, CultureInfo.InvariantCulture, out number)
            && number <= max;
    }

    /// <summary>Like <see cref="TryNumber(UInt128, out UInt128)"/>, for values of up to 32 bits.</summary>
    public bool TryNumber(uint max, out uint number)
    {
        var isRead = TryNumber((UInt128)max, out var wide);
        number = isRead ? (uint)wide : 0;
        return isRead;
    }

    public bool TryMac(out UInt128 value)
    {
        var end = _rest.IndexOfAnyExcept("0123456789abcdefABCDEF:");
        var isRead = MacAddress.TryParse(Take(end), out var address);
        value = address.Value;
        return isRead;
    }

    public bool TryIpv4(out UInt128 value)
    {
        var isRead = Ipv4Address.TryParse(Take(_rest.IndexOfAnyExcept("0123456789.")), out var address);
        value = address.Value;
        return isRead;
    }

    public bool TryIpv6(out UInt128 value)
    {
        var isRead = Ipv6Address.TryParse(Take(_rest.IndexOfAnyExcept("0123456789abcdefABCDEF:.")), out var address);
        value = new UInt128(address.High, address.Low);
        return isRead;
    }

    private ReadOnlySpan<char> Take(int end)
    {
        var taken = end < 0 ? _rest : _rest[..end];
        _rest = _rest[taken.Length..];
        return taken;
    }

    private static ReadOnlySpan<char> TrimZeros(ReadOnlySpan<char> digits)
    {
        var trimmed = digits.TrimStart('0');
        return trimmed.IsEmpty ? "0" : trimmed;
    }
}
