using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>
/// Reading System.Text.Json's elements as ovsdb-server reads its JSON: its notion of an integer, and strings that may be broken UTF-8.
/// </summary>
internal static class JsonAccess
{
    /// <summary>Deeper than this ovsdb-server does not let JSON nest either (lib/json.c, JSON_MAX_HEIGHT).</summary>
    public static readonly JsonDocumentOptions Options = new() { MaxDepth = 1000 };

    /// <summary>
    /// An integer is any number whose value is one and fits 64 bits signed, however it is spelled: 1, 1.0 and 10e-1 are all the integer 1
    /// (lib/json.c, json_lex_number).
    /// </summary>
    public static bool TryGetInteger(JsonElement json, out long value)
    {
        value = 0;
        if (json.ValueKind != JsonValueKind.Number) return false;
        return json.TryGetInt64(out value) || TryGetExactInteger(JsonMarshal.GetRawUtf8Value(json), out value);
    }

    /// <summary>A number as a real; a number too large for one becomes an infinity, which no column admits.</summary>
    public static bool TryGetReal(JsonElement json, out double value)
    {
        value = 0;
        if (json.ValueKind != JsonValueKind.Number) return false;
        ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(json);
        return double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>A string's characters. Broken UTF-8 and unpaired surrogates come out as U+FFFD.</summary>
    public static string Text(JsonElement json) =>
        TryGetText(json, out string text) ? text : Lossy(JsonMarshal.GetRawUtf8Value(json)[1..^1]);

    /// <returns>False if the string is not valid Unicode.</returns>
    public static bool TryGetText(JsonElement json, out string text)
    {
        try
        {
            text = json.GetString() ?? "";
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    /// <summary>A member's name; as <see cref="Text"/> for broken ones.</summary>
    public static string Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return Lossy(JsonMarshal.GetRawUtf8PropertyName(property));
        }
    }

    /// <summary>Whether a string is this text. System.Text.Json throws at unpaired surrogates where it compares, too.</summary>
    public static bool IsText(JsonElement json, ReadOnlySpan<byte> utf8)
    {
        if (json.ValueKind != JsonValueKind.String) return false;
        try
        {
            return json.ValueEquals(utf8);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A member of an object, the last of that name.</summary>
    public static bool TryGetMember(JsonElement json, string name, out JsonElement value)
    {
        try
        {
            return json.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            value = default;
            bool isFound = false;
            foreach (JsonProperty member in json.EnumerateObject().Where(m => Name(m) == name)) (value, isFound) = (member.Value, true);
            return isFound;
        }
    }

    /// <summary>"[A-Za-z_][A-Za-z0-9_]*" (RFC 7047, section 3.1, "id").</summary>
    public static bool IsId(string text)
    {
        if (text.Length == 0 || char.IsAsciiDigit(text[0])) return false;
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        }

        return true;
    }

    /// <summary>
    /// The first byte sequence of a string that is not UTF-8, as ovsdb-server names it: <c>invalid UTF-8 sequence 0xff</c>.
    /// </summary>
    public static string InvalidSequence(JsonElement json)
    {
        ReadOnlySpan<byte> rest = JsonMarshal.GetRawUtf8Value(json)[1..^1];
        while (Rune.DecodeFromUtf8(rest, out _, out int size) == System.Buffers.OperationStatus.Done) rest = rest[size..];
        var message = new StringBuilder("invalid UTF-8 sequence");
        int count = rest.Length == 0 ? 0 : WrongPrefixSize(rest);

        // The C library's strings end with a zero byte, which cannot follow either.
        ReadOnlySpan<byte> bytes = [.. rest, 0];
        foreach (byte b in bytes[..count]) message.Append(CultureInfo.InvariantCulture, $" 0x{b:x2}");
        return message.ToString();
    }

    /// <summary>As in the C library, the sequence ends with the first byte that cannot follow.</summary>
    private static int WrongPrefixSize(ReadOnlySpan<byte> bytes)
    {
        Rune.DecodeFromUtf8(bytes, out _, out int size);
        bool isLeading = bytes[0] is >= 0xc2 and <= 0xf4;
        return isLeading ? size + 1 : 1;
    }

    private static string Lossy(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    private static bool TryGetExactInteger(ReadOnlySpan<byte> raw, out long value)
    {
        value = 0;
        bool isNegative = raw[0] == '-';
        ulong significand = 0;
        int exponent = 0;
        bool isFraction = false;
        int i = isNegative ? 1 : 0;
        for (; i < raw.Length && raw[i] is not ((byte)'e' or (byte)'E'); i++)
        {
            if (raw[i] == '.')
            {
                isFraction = true;
                continue;
            }

            uint digit = (uint)(raw[i] - '0');
            if (significand <= ulong.MaxValue / 10 - 1)
            {
                significand = significand * 10 + digit;
                if (isFraction) exponent--;
            }
            else if (digit != 0) return false;
            else if (!isFraction) exponent++;
        }

        if (significand == 0) return true;
        if (i < raw.Length)
        {
            if (!int.TryParse(raw[(i + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int shift)) return false;
            if (Math.Abs((long)shift) > 1000) return false;
            exponent += shift;
        }

        for (; exponent > 0 && significand < ulong.MaxValue / 10; exponent--) significand *= 10;
        for (; exponent < 0 && significand % 10 == 0; exponent++) significand /= 10;
        ulong limit = isNegative ? (ulong)long.MaxValue + 1 : long.MaxValue;
        if (exponent != 0 || significand > limit) return false;
        value = isNegative ? (long)(0 - significand) : (long)significand;
        return true;
    }
}
