using System.Text.RegularExpressions;

namespace Fabric.Tidy.Tests;

/// <summary>Pages stay true: what they link to exists, and the members that the life of a frame names are in the code.</summary>
public static partial class PageRule
{
    public static IEnumerable<string> LinkViolations(SourceFile page, Func<string, bool> exists)
    {
        string folder = page.Path[..^page.Name.Length];
        return Link().Matches(page.Text)
            .Select(m => m.Groups[1].Value.Split('#')[0])
            .Where(l => l.Length > 0 && !l.Contains("://", StringComparison.Ordinal) && !exists(folder + l))
            .Select(l => $"{page.Path}: nothing is at {l}");
    }

    /// <summary><c>Type.Member</c> needs a file of that type, or a part of it, in which the member's name stands.</summary>
    public static IEnumerable<string> MemberViolations(SourceFile page, IReadOnlyList<SourceFile> code)
    {
        foreach (Match match in Member().Matches(page.Text))
        {
            string type = match.Groups[1].Value, member = match.Groups[2].Value;
            var parts = code.Where(f => f.Name == $"{type}.cs" || f.Name.StartsWith($"{type}.", StringComparison.Ordinal));
            if (!parts.Any(f => Regex.IsMatch(f.Text, $@"\b{member}\b")))
                yield return $"{page.Path}: there is no {type}.{member}";
        }
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`([A-Z][A-Za-z0-9]+)\\.([A-Z][A-Za-z0-9]+)`")]
    private static partial Regex Member();
}
