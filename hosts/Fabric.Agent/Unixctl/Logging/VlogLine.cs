using System.Globalization;
using System.Text;

namespace Fabric.Agent;

/// <summary>Writes log lines by the patterns of <c>ovs-appctl vlog/set PATTERN:…</c> (ovs-appctl(8), "PATTERN").</summary>
/// <param name="program">For <c>%A</c>.</param>
/// <param name="processId">For <c>%P</c>.</param>
public sealed class VlogLine(string program, int processId)
{
    private int _number;

    /// <summary>The number that the next line has.</summary>
    public int Next() => ++_number;

    public string Format(string pattern, int number, DateTime utc, string module, VlogLevel level, string message)
    {
        var text = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '%' || i + 1 == pattern.Length)
            {
                text.Append(pattern[i]);
                continue;
            }

            i++;
            var left = pattern[i] == '-';
            if (left) i++;
            var pad = i < pattern.Length && pattern[i] == '0' ? '0' : ' ';
            var width = 0;
            for (; i < pattern.Length && char.IsAsciiDigit(pattern[i]); i++) width = Math.Min(width * 10 + (pattern[i] - '0'), 1000);
            if (i >= pattern.Length) break;
            var letter = pattern[i];
            var argument = "";
            if (i + 1 < pattern.Length && pattern[i + 1] == '{' && pattern.IndexOf('}', i) is > 0 and var close)
            {
                argument = pattern[(i + 2)..close];
                i = close;
            }

            var field = Field(letter, argument, number, utc, module, level, message);
            text.Append(left ? field.PadRight(width) : field.PadLeft(width, pad));
        }

        return text.ToString();
    }

    private string Field(char letter, string argument, int number, DateTime utc, string module, VlogLevel level, string message) =>
        letter switch
        {
            'A' => program,
            'B' => (level switch { VlogLevel.Emer => 24, VlogLevel.Err => 27, VlogLevel.Warn => 28, VlogLevel.Info => 30, _ => 31 })
                .ToString(CultureInfo.InvariantCulture),
            'c' => module,
            'd' or 'D' => Time(argument.Length == 0 ? "%Y-%m-%d %H:%M:%S.###" : argument, utc),
            'm' => message,
            'N' => number.ToString(CultureInfo.InvariantCulture),
            'n' => "\n",
            'p' => level.ToString().ToUpperInvariant(),
            'P' => processId.ToString(CultureInfo.InvariantCulture),
            '%' => "%",
            // %E is the host, %T the thread, %t the subprogram: of these the main thread of a daemon has none to show.
            _ => "",
        };

    /// <summary><c>strftime</c>, with # for digits of the second's fraction.</summary>
    private static string Time(string pattern, DateTime utc)
    {
        var text = new StringBuilder();
        var fraction = utc.ToString("fffffff", CultureInfo.InvariantCulture);
        var digit = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '#') text.Append(digit < 7 ? fraction[digit++] : '0');
            else if (pattern[i] != '%' || ++i == pattern.Length) text.Append(pattern[Math.Min(i, pattern.Length - 1)]);
            else text.Append(Part(pattern[i], utc));
        }

        return text.ToString();
    }

    private static string Part(char letter, DateTime utc) => letter switch
    {
        'Y' => utc.ToString("yyyy", CultureInfo.InvariantCulture),
        'm' => utc.ToString("MM", CultureInfo.InvariantCulture),
        'd' => utc.ToString("dd", CultureInfo.InvariantCulture),
        'e' => utc.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'H' => utc.ToString("HH", CultureInfo.InvariantCulture),
        'M' => utc.ToString("mm", CultureInfo.InvariantCulture),
        'S' => utc.ToString("ss", CultureInfo.InvariantCulture),
        'T' => utc.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        'b' or 'h' => utc.ToString("MMM", CultureInfo.InvariantCulture),
        '%' => "%",
        _ => "%" + letter,
    };
}
