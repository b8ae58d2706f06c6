using System.CommandLine;
using System.Globalization;

namespace Fabric.Cli.Verbs;

/// <summary>Arguments and options that several verbs share, with checks whose messages name the allowed values.</summary>
internal static class VerbArguments
{
    private const int LongestMs = 3_600_000;

    public static Option<int> Number(string name, string? alias, string description, int least, int most, int otherwise) =>
        new(name, alias is null ? [] : [alias])
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => otherwise,
            CustomParser = result =>
            {
                var text = result.Tokens[^1].Value;
                var isNumber = int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value);
                if (isNumber && value >= least && value <= most) return value;
                result.AddError($"{name} is '{text}'; it must be a number from {least} to {most}");
                return otherwise;
            },
        };

    /// <summary>A time such as <c>200ms</c>, <c>1s</c> or a plain number of seconds as ping(8) takes it; the value is
    /// milliseconds.</summary>
    public static Option<int> Duration(string name, string? alias, string description, int otherwiseMs) =>
        new(name, alias is null ? [] : [alias])
    {
        Description = description,
        HelpName = "TIME",
        DefaultValueFactory = _ => otherwiseMs,
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (TryParseMs(text, out var ms)) return ms;
            result.AddError($"{name} is '{text}'; it must be a time such as 200ms, 1s or 0.2");
            return otherwiseMs;
        },
    };

    /// <summary>From 1 ms to an hour.</summary>
    public static bool TryParseMs(string text, out int ms)
    {
        var (digits, perUnit) = text.EndsWith("ms", StringComparison.Ordinal) ? (text[..^2], 1.0)
            : text.EndsWith('s') ? (text[..^1], 1_000.0)
            : (text, 1_000.0);
        ms = 0;
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) return false;
        ms = (int)Math.Round(Math.Min(value * perUnit, int.MaxValue));
        return ms is >= 1 and <= LongestMs;
    }

    /// <summary>Bits per second such as <c>500k</c>, <c>100M</c>, <c>2.5G</c>, or 0; null when absent.</summary>
    public static Option<long?> Rate(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "RATE",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (TryParseBps(text, out var bps)) return bps;
            result.AddError($"{name} is '{text}'; it must be a bit rate such as 500k, 100M or 25G, or 0");
            return null;
        },
    };

    /// <summary>Up to 1000G.</summary>
    public static bool TryParseBps(string text, out long bps)
    {
        bps = 0;
        if (text == "0") return true;
        var unit = text.Length < 2 ? 0 : text[^1] switch { 'k' => 1e3, 'M' => 1e6, 'G' => 1e9, _ => 0 };
        if (unit == 0 || !double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var value)) return false;
        bps = (long)Math.Round(Math.Min(value * unit, 2e12));
        return bps is > 0 and <= 1_000_000_000_000;
    }

    /// <summary>One of a few words, null when absent.</summary>
    public static Option<string?> Word(string name, string description, params string[] allowed)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', allowed) };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !allowed.Contains(result.Tokens[^1].Value, StringComparer.Ordinal))
                result.AddError($"{name} is '{result.Tokens[^1].Value}'; one of {string.Join(", ", allowed)}");
        });
        return option;
    }
}
