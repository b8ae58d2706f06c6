namespace Fabric.Cli.DropIn;

/// <summary>
/// A command line taken apart as getopt_long(3) does it: options anywhere, long ones abbreviated as far as they stay unique, everything
/// after <c>--</c> an argument.
/// </summary>
internal sealed class StockCommandLine
{
    private readonly List<(string Name, string? Value)> _options = [];
    private readonly List<string> _arguments = [];

    public IReadOnlyList<string> Arguments => _arguments;

    public bool Has(string name) => _options.Any(o => o.Name == name);

    /// <summary>The last value given; null where the option is absent or has none.</summary>
    public string? Value(string name) => _options.LastOrDefault(o => o.Name == name).Value;

    public IEnumerable<string?> Values(string name) => _options.Where(o => o.Name == name).Select(o => o.Value);

    /// <returns>False with what getopt would print after the program's name.</returns>
    public static bool TryParse(
        IReadOnlyList<string> tokens, IReadOnlyList<StockOption> known, out StockCommandLine parsed, out string? error)
    {
        parsed = new StockCommandLine();
        error = null;
        var rest = new Queue<string>(tokens);
        while (error is null && rest.TryDequeue(out var token))
        {
            if (token == "--")
            {
                while (rest.TryDequeue(out var argument)) parsed._arguments.Add(argument);
            }
            else if (token.StartsWith("--", StringComparison.Ordinal))
            {
                error = parsed.TakeLong(token[2..], known, rest);
            }
            else if (token.Length > 1 && token[0] == '-')
            {
                error = parsed.TakeShort(token[1..], known, rest);
            }
            else
            {
                parsed._arguments.Add(token);
            }
        }

        return error is null;
    }

    private string? TakeLong(string text, IReadOnlyList<StockOption> known, Queue<string> rest)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? text : text[..equals];
        var value = equals < 0 ? null : text[(equals + 1)..];
        var candidates = known.Where(o => o.Name == name).ToList();
        if (candidates.Count == 0) candidates = [.. known.Where(o => o.Name.StartsWith(name, StringComparison.Ordinal))];
        if (candidates.Count == 0) return $"unrecognized option '--{name}'";
        if (candidates.Count > 1) return $"option '--{name}' is ambiguous";
        var option = candidates[0];
        if (option.Argument == StockArgument.None && value is not null) return $"option '--{option.Name}' doesn't allow an argument";
        if (option.Argument == StockArgument.Required && value is null && !rest.TryDequeue(out value))
            return $"option '--{option.Name}' requires an argument";
        _options.Add((option.Name, value));
        return null;
    }

    private string? TakeShort(string letters, IReadOnlyList<StockOption> known, Queue<string> rest)
    {
        for (var i = 0; i < letters.Length; i++)
        {
            var option = known.FirstOrDefault(o => o.Short == letters[i]);
            if (option is null) return $"invalid option -- '{letters[i]}'";
            if (option.Argument == StockArgument.None)
            {
                _options.Add((option.Name, null));
                continue;
            }

            var value = i + 1 < letters.Length ? letters[(i + 1)..] : null;
            if (value is null && option.Argument == StockArgument.Required && !rest.TryDequeue(out value))
                return $"option requires an argument -- '{letters[i]}'";
            _options.Add((option.Name, value));
            return null;
        }

        return null;
    }
}
