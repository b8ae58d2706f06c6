using System.Text.RegularExpressions;

namespace Fabric.Tidy.Tests;

/// <summary>Names that say nothing, work left for later, waiting in actors, and places that exist on one machine only.</summary>
public static partial class WordRule
{
    private static readonly string[] EmptyNames = ["Manager", "Helper", "Helpers", "Util", "Utils", "Base", "Impl"];

    // Put together here, so that this file does not break its own rule.
    private static readonly string[] Unfinished =
        ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "NotImplemented" + "Exception", "[Fact(Skip" + " ", "[Theory(Skip" + " "];

    private static readonly string[] Waiting = ["Thread." + "Sleep", "Task." + "Delay"];

    private static readonly string[] Machines = ["/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/", "/tm" + "p/fabric", "/v3/index" + ".json"];

    public static IEnumerable<string> NameViolations(SourceFile file) => CSharpOutline.Of(file).Types
        .Where(t => CamelWords().Matches(t.Name).Any(m => EmptyNames.Contains(m.Value)))
        .Select(t => $"{file.Path}:{t.Line}: {t.Name}: a name that says what it is has none of {string.Join(", ", EmptyNames)}");

    public static IEnumerable<string> UnfinishedViolations(SourceFile file) =>
        Find(file, Unfinished, "work is finished before it is committed");

    public static IEnumerable<string> WaitingViolations(SourceFile file) =>
        file.Path.StartsWith("actors/", StringComparison.Ordinal) ? Find(file, Waiting, "an actor does not wait, it is told") : [];

    public static IEnumerable<string> MachineViolations(SourceFile file) => Find(file, Machines, "a place on one machine only");

    private static IEnumerable<string> Find(SourceFile file, string[] words, string why)
    {
        string[] lines = file.Lines;
        for (int i = 0; i < lines.Length; i++)
        {
            if (words.FirstOrDefault(w => lines[i].Contains(w, StringComparison.Ordinal)) is { } word)
                yield return $"{file.Path}:{i + 1}: '{word}': {why}";
        }
    }

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex CamelWords();
}
