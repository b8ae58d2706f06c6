namespace Fabric.Tidy.Tests;

/// <summary>Files and members are small enough to be read in one go.</summary>
public static class SizeRule
{
    public const int MaxLines = 500;
    public const int MaxMedian = 130;
    public const int MaxNinetieth = 350;
    public const int MaxMemberLines = 70;
    public const int MaxColumns = 140;

    public static IEnumerable<string> FileViolations(SourceFile file)
    {
        int count = file.Lines.Length;
        if (count > MaxLines)
            yield return $"{file.Path}: {count} lines, more than {MaxLines}";
    }

    /// <summary>Of all files together.</summary>
    public static IEnumerable<string> DistributionViolations(IEnumerable<SourceFile> files)
    {
        int[] counts = [.. files.Select(f => f.Lines.Length).Order()];
        if (counts.Length == 0)
            yield break;

        int median = counts[counts.Length / 2], ninetieth = counts[counts.Length * 9 / 10];
        if (median > MaxMedian)
            yield return $"the median file has {median} lines, more than {MaxMedian}";
        if (ninetieth > MaxNinetieth)
            yield return $"one file in ten has {ninetieth} lines or more, {MaxNinetieth} are allowed";
    }

    public static IEnumerable<string> MemberViolations(SourceFile file) => CSharpOutline.Of(file).Members
        .Where(m => m.LineCount > MaxMemberLines)
        .Select(m => $"{file.Path}:{m.Line}: {m.LineCount} lines, more than {MaxMemberLines}: {m.Header}");

    public static IEnumerable<string> ColumnViolations(SourceFile file)
    {
        string[] lines = file.Lines;
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length > MaxColumns)
                yield return $"{file.Path}:{i + 1}: {lines[i].Length} columns, more than {MaxColumns}";
        }
    }
}
