using System.Text;

namespace Fabric.Agent;

/// <summary>
/// What is logged where and how (OVS: <c>lib/vlog.c</c>): a level for each module and destination, and a pattern for each destination. It
/// decides; the process writes.
/// </summary>
public sealed class VlogSettings
{
    private static readonly VlogDestination[] Destinations = Enum.GetValues<VlogDestination>();

    private readonly SortedDictionary<string, VlogLevel[]> _levels = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unlimited = [];
    private readonly string[] _patterns =
    [
        "%D{%Y-%m-%dT%H:%M:%SZ}|%05N|%c%T|%p|%m", "ovs|%05N|%c%T|%p|%m", "%D{%Y-%m-%dT%H:%M:%S.###Z}|%05N|%c%T|%p|%m",
    ];

    public VlogSettings(IEnumerable<string>? modules = null)
    {
        foreach (var module in modules ?? VlogModules.All) _levels[module] = [VlogLevel.Info, VlogLevel.Info, VlogLevel.Info];
    }

    public bool IsEnabled(string module, VlogDestination destination, VlogLevel level) =>
        level <= (_levels.TryGetValue(module, out var levels) ? levels[(int)destination] : VlogLevel.Info);

    public string Pattern(VlogDestination destination) => _patterns[(int)destination];

    /// <summary>Sets the level of one module or, with null, of all; of one destination or, with null, of all.</summary>
    public void Set(string? module, VlogDestination? destination, VlogLevel level)
    {
        foreach (var (name, levels) in _levels)
        {
            if (module is not null && module != name) continue;
            foreach (var d in Destinations)
                if (destination is null || destination == d) levels[(int)d] = level;
        }
    }

    /// <summary>Takes a word of <c>vlog/set</c> or <c>-v</c>; returns OVS's complaint, or null.</summary>
    public string? Set(string spec)
    {
        var words = spec.Split([' ', ',', ':', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > 0 && words[0].Equals("PATTERN", StringComparison.OrdinalIgnoreCase)) return SetPattern(spec, words);
        if (words.Length > 0 && words[0].Equals("FACILITY", StringComparison.OrdinalIgnoreCase))
            return words.Length > 1 && Facilities.Contains(words[1].ToLowerInvariant()) ? null : "invalid facility";
        string? module = null;
        VlogDestination? destination = null;
        VlogLevel? level = null;
        foreach (var word in words)
        {
            if (word.Equals("ANY", StringComparison.OrdinalIgnoreCase)) continue;
            if (TryName(word, out VlogDestination d))
            {
                if (destination is not null) return "cannot specify multiple destinations";
                destination = d;
            }
            else if (TryName(word, out VlogLevel l))
            {
                if (level is not null) return "cannot specify multiple levels";
                level = l;
            }
            else if (FindModule(word) is { } found)
            {
                if (module is not null) return "cannot specify multiple modules";
                module = found;
            }
            else
            {
                return $"no destination, level, or module \"{word}\"";
            }
        }

        Set(module, destination, level ?? VlogLevel.Dbg);
        return null;
    }

    /// <summary>Null is all modules. False when there is no such module.</summary>
    public bool SetRateLimit(string? module, bool isLimited)
    {
        if (module is not null && FindModule(module) is null) return false;
        foreach (var name in _levels.Keys)
        {
            if (module is not null && FindModule(module) != name) continue;
            if (isLimited) _unlimited.Remove(name);
            else _unlimited.Add(name);
        }

        return true;
    }

    public string FormatLevels()
    {
        var text = new StringBuilder("                 console    syslog    file\n                 -------    ------    ------\n");
        foreach (var (name, levels) in _levels)
        {
            var words = string.Join("       ", levels.Select(l => l.ToString().ToUpperInvariant().PadLeft(4)));
            text.Append(name.PadRight(16)).Append("  ").Append(words);
            text.Append(_unlimited.Contains(name) ? "    (rate limiting disabled)\n" : "\n");
        }

        return text.ToString();
    }

    public string FormatPatterns()
    {
        var text = new StringBuilder("         prefix                            format\n");
        text.Append("         ------                            ------\n");
        foreach (var d in (ReadOnlySpan<VlogDestination>)[VlogDestination.Syslog, VlogDestination.Console, VlogDestination.File])
        {
            var prefix = d == VlogDestination.Syslog ? "<%B> %D{%h %e %T} %E %A:" : "none";
            text.Append(d.ToString().ToUpperInvariant().PadRight(7)).Append("  ").Append(prefix.PadRight(32)).Append("  ")
                .Append(Pattern(d)).Append('\n');
        }

        return text.ToString();
    }

    private static string[] Facilities { get; } =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "clock", "ftp", "ntp", "audit", "alert", "clock2",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    private string? SetPattern(string spec, string[] words)
    {
        if (words.Length < 2) return "missing destination";
        var isAny = words[1].Equals("ANY", StringComparison.OrdinalIgnoreCase);
        if (!TryName(words[1], out VlogDestination destination) && !isAny) return $"unknown destination \"{words[1]}\"";
        var start = spec.IndexOf(words[1], "PATTERN".Length, StringComparison.Ordinal) + words[1].Length + 1;
        var pattern = start < spec.Length ? spec[start..] : "";
        foreach (var d in Destinations)
            if (isAny || d == destination) _patterns[(int)d] = pattern;
        return null;
    }

    private static bool TryName<T>(string word, out T value) where T : struct, Enum =>
        Enum.TryParse(word, ignoreCase: true, out value) && !char.IsAsciiDigit(word[0]) && word[0] is not ('-' or '+');

    /// <summary>As OVS: letters in any case, and hyphens for underscores.</summary>
    private string? FindModule(string word)
    {
        var name = word.Replace('-', '_').ToLowerInvariant();
        return _levels.ContainsKey(name) ? name : null;
    }
}
