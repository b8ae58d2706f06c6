namespace Fabric.Tidy.Tests;

/// <summary>One file of the repository.</summary>
/// <param name="Path">From the repository's root, with forward slashes.</param>
public sealed record SourceFile(string Path, string Text)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);
    public bool IsProject => Path.EndsWith(".csproj", StringComparison.Ordinal);
    public string[] Lines => Text.TrimEnd('\n').Split('\n');
}
