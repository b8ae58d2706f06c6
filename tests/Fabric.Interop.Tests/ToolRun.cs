namespace Fabric.Interop.Tests;

/// <summary>A program that has ended.</summary>
internal sealed record ToolRun(string Program, int ExitCode, string Out, string Error)
{
    public IReadOnlyList<string> Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>This run, if it ended as it should; else a failure that shows all it said.</summary>
    public ToolRun Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"{Program} ended with {ExitCode}, not {exitCode}\n{Out}\n{Error}");
        return this;
    }

    /// <summary>One line on standard error with this exit code and these words, and nothing else.</summary>
    public void ExpectOneLine(int exitCode, params string[] words)
    {
        Expect(exitCode);
        Assert.Equal("", Out);
        var line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("fabric: ", line, StringComparison.Ordinal);
        foreach (var word in words) Assert.Contains(word, line, StringComparison.Ordinal);
    }
}
