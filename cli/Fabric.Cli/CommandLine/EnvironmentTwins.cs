using System.CommandLine;

namespace Fabric.Cli.CommandLine;

/// <summary>
/// Every flag has a twin in the environment: <c>--no-validate</c> is <c>FABRIC_NO_VALIDATE=1</c>. A twin is turned into the flag itself
/// before parsing, so it passes the same checks; a flag on the command line wins.
/// </summary>
internal static class EnvironmentTwins
{
    public static string NameOf(Option option) => "FABRIC_" + option.Name.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    /// <summary>The arguments with the twins of the flags that are absent from them.</summary>
    public static string[] Apply(RootCommand root, string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        var parsed = root.Parse(arguments);
        var added = new List<string>();
        foreach (var option in OptionsOf(root, parsed.CommandResult.Command))
        {
            if (option.Hidden || parsed.GetResult(option) is { Implicit: false }) continue;
            if (!environment.TryGetValue(NameOf(option), out var value) || value.Length == 0) continue;
            Add(added, option, value);
        }
        if (added.Count == 0) return arguments;
        var end = Array.IndexOf(arguments, "--");
        var at = end < 0 ? arguments.Length : end;
        return [.. arguments[..at], .. added, .. arguments[at..]];
    }

    private static IEnumerable<Option> OptionsOf(RootCommand root, Command command) =>
        ReferenceEquals(root, command) ? [] : command.Options.Concat(root.Options.Where(o => o.Recursive && o.Action is null));

    private static void Add(List<string> tokens, Option option, string value)
    {
        if (option.ValueType == typeof(bool))
        {
            tokens.Add($"{option.Name}={(value is "1" or "yes" or "on" ? "true" : value is "0" or "no" or "off" ? "false" : value)}");
            return;
        }
        var many = option.Arity.MaximumNumberOfValues > 1;
        foreach (var part in many ? value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) : [value])
            tokens.Add($"{option.Name}={part}");
    }
}
