using System.Globalization;

namespace Fabric.Ovsdb;

/// <summary>The text form of atoms and datums in messages (ovsdb-server's lib/ovsdb-data.c, "to_string").</summary>
internal static class AtomText
{
    public static string Format(Atom atom) => atom.Type switch
    {
        AtomicType.Integer => atom.AsInteger.ToString(CultureInfo.InvariantCulture),
        AtomicType.Real => RealText.Format(atom.AsReal),
        AtomicType.Boolean => atom.AsBoolean ? "true" : "false",
        AtomicType.Uuid => atom.AsUuid.ToString("D"),
        _ => NeedsQuotes(atom.AsString) ? Quote(atom.AsString) : atom.AsString,
    };

    /// <param name="isPlural">True when the column may hold more than one element: brackets even around a single one.</param>
    public static string Format(Datum datum, bool isMap, bool isPlural)
    {
        (string open, string close) = (isPlural || datum.Count == 0, isMap) switch
        {
            (false, _) => ("", ""),
            (_, true) => ("{", "}"),
            _ => ("[", "]"),
        };
        var parts = new string[datum.Count];
        for (int i = 0; i < parts.Length; i++)
            parts[i] = isMap ? $"{Format(datum.Keys[i])}={Format(datum.Values[i])}" : Format(datum.Keys[i]);
        return open + string.Join(", ", parts) + close;
    }

    private static string Quote(string text)
    {
        var buffer = new JsonBuffer();
        buffer.AppendString(text);
        return buffer.ToString();
    }

    private static bool NeedsQuotes(string text)
    {
        if (text.Length == 0 || !(char.IsAsciiLetter(text[0]) || text[0] == '_')) return true;
        if (text.AsSpan().ContainsAnyExcept(WordCharacters)) return true;
        return text is "true" or "false" || UuidText.TryParse(text, out _);
    }

    private static readonly System.Buffers.SearchValues<char> WordCharacters = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
}
