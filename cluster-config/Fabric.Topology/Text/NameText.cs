using System.Globalization;

namespace Fabric.Topology;

/// <summary>Names of parts, and the ranges that stand for several.</summary>
internal static class NameText
{
    public const int MaxLength = 63;

    /// <summary>Most names that one range may make.</summary>
    public const int MaxRange = 10_000;

    /// <summary>Letters, digits, and after the first also <c>-</c>, <c>_</c>, <c>.</c>: names become folder names, actor names and
    /// labels.</summary>
    public static bool IsName(string text)
    {
        if (text.Length is 0 or > MaxLength || !char.IsAsciiLetterOrDigit(text[0]))
            return false;

        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
                return false;
        }

        return true;
    }

    public static bool IsRange(string text) => text.Contains('{') || text.Contains('}');

    /// <summary><c>web-{1..3}</c> is web-1, web-2, web-3; <c>{01..10}</c> keeps the width.</summary>
    /// <param name="why">What is wrong; empty when nothing is.</param>
    public static bool TryExpand(string text, out IReadOnlyList<string> names, out string why)
    {
        names = [];
        why = "";
        if (!IsRange(text))
        {
            names = [text];
            why = IsName(text)
                ? ""
                : $"'{text}' is not a name: 1 to {MaxLength} letters, digits, '-', '_' and '.', a letter or digit first";
            return why.Length == 0;
        }

        int open = text.IndexOf('{'), close = text.IndexOf('}'), dots = text.IndexOf("..", StringComparison.Ordinal);
        bool isOne = open >= 0 && close > open && text.LastIndexOf('{') == open && text.LastIndexOf('}') == close;
        why = $"'{text}' is not a range such as server-{{1..4}}";
        dots = isOne ? text.IndexOf("..", open, close - open, StringComparison.Ordinal) : -1;
        if (dots < 0)
            return false;

        string low = text[(open + 1)..dots], high = text[(dots + 2)..close];
        if (!TryNumber(low, out int first) || !TryNumber(high, out int last))
            return false;

        if (last < first)
        {
            why = $"the range '{text}' ends before it begins";
            return false;
        }

        if (last - first >= MaxRange)
        {
            why = $"the range '{text}' makes more than {MaxRange} names";
            return false;
        }

        string format = low.Length > 1 && low[0] == '0' ? "D" + low.Length : "D";
        string head = text[..open], tail = text[(close + 1)..];
        var made = new List<string>(last - first + 1);
        for (int i = first; i <= last; i++)
            made.Add(head + i.ToString(format, CultureInfo.InvariantCulture) + tail);

        names = made;
        why = IsName(made[^1]) ? "" : $"'{made[^1]}', made by the range '{text}', is not a name";
        return why.Length == 0;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && text.Length <= 6;
}
