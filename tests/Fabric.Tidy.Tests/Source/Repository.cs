using System.Runtime.CompilerServices;

namespace Fabric.Tidy.Tests;

/// <summary>Every text file of the working tree that belongs to the repository: what builds and runs leave behind is not looked
/// at.</summary>
public static class Repository
{
    private static readonly string[] SkippedFolders = ["bin", "obj", "TestResults", "node_modules"];

    private static readonly string[] Endings =
        [".cs", ".csproj", ".props", ".targets", ".md", ".yaml", ".yml", ".json", ".conf", ".sln", ".sh", ".txt", ".html", ".js", ".css",
            ".editorconfig"];

    private static readonly string[] Scripts = ["fabric", "test", "run", ".gitignore", ".editorconfig"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> Files { get; } = [.. Walk(Root).OrderBy(f => f.Path, StringComparer.Ordinal)];

    public static IEnumerable<SourceFile> CSharp => Files.Where(f => f.IsCSharp);

    private static IEnumerable<SourceFile> Walk(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            string name = Path.GetFileName(path);
            if (Endings.Contains(Path.GetExtension(name)) || Scripts.Contains(name))
                yield return new SourceFile(Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path));
        }

        foreach (string sub in Directory.EnumerateDirectories(folder))
        {
            string name = Path.GetFileName(sub);
            bool isOurs = name is ".ci" or ".github" || !name.StartsWith('.');
            if (!isOurs || SkippedFolders.Contains(name))
                continue;

            foreach (var file in Walk(sub))
                yield return file;
        }
    }

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
