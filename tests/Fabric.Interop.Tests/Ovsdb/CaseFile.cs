namespace Fabric.Interop.Tests.Ovsdb;

/// <summary>Command lines in groups, from a text file beside the tests; its first lines say how it is written.</summary>
internal static class CaseFile
{
    /// <param name="Variable">What keeps the output, or null.</param>
    /// <param name="Background">The name of a command that runs on beside those after it, or null.</param>
    public sealed record Line(string Text, bool InAnyOrder, string? Variable, string? Background);

    public sealed record Group(string Name, IReadOnlyList<Line> Lines);

    /// <summary>The groups of all files whose names begin so, in the files' order.</summary>
    public static IReadOnlyList<Group> Read(string prefix, string area = "Ovsdb")
    {
        var folder = Path.Combine(AppContext.BaseDirectory, area, "Cases");
        var files = Directory.GetFiles(folder, prefix + "*.txt").Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(files);
        return [.. files.SelectMany(file => Parse(File.ReadAllLines(file)))];
    }

    private static List<Group> Parse(IEnumerable<string> texts)
    {
        var groups = new List<Group>();
        var lines = new List<Line>();
        foreach (var text in texts)
        {
            if (text.StartsWith('#')) continue;
            if (text.StartsWith('[') && text.EndsWith(']'))
            {
                lines = [];
                groups.Add(new Group(text[1..^1], lines));
            }
            else if (text.Length > 0)
            {
                lines.Add(ParseLine(text));
            }
        }

        return groups;
    }

    private static Line ParseLine(string text)
    {
        var at = text.IndexOf(' ', StringComparison.Ordinal);
        return text[0] switch
        {
            '*' => new Line(text[2..], true, null, null),
            '&' => new Line(text[(at + 1)..], false, null, text[1..at]),
            '$' when text[at..].StartsWith(" = ", StringComparison.Ordinal) => new Line(text[(at + 3)..], false, text[1..at], null),
            _ => new Line(text, false, null, null),
        };
    }
}
