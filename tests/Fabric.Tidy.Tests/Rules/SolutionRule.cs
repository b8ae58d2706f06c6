using System.Text.RegularExpressions;

namespace Fabric.Tidy.Tests;

/// <summary>Every project is in the solution, has its lock file, and leaves versions to Directory.Packages.props.</summary>
public static partial class SolutionRule
{
    public static IEnumerable<string> Violations(IReadOnlyList<SourceFile> files)
    {
        var solution = files.FirstOrDefault(f => f.Path == "Fabric.sln");
        if (solution is null)
            return ["Fabric.sln is missing"];

        string listed = solution.Text.Replace('\\', '/');
        var paths = files.Select(f => f.Path).ToHashSet();
        return files.Where(f => f.IsProject).SelectMany(p => ProjectViolations(p, listed, paths));
    }

    private static IEnumerable<string> ProjectViolations(SourceFile project, string solution, HashSet<string> paths)
    {
        if (!solution.Contains($"\"{project.Path}\"", StringComparison.Ordinal))
            yield return $"{project.Path} is not in Fabric.sln";

        if (!paths.Contains(project.Path[..^project.Name.Length] + "packages.lock.json"))
            yield return $"{project.Path} has no packages.lock.json beside it";

        if (Version().IsMatch(project.Text))
            yield return $"{project.Path}: versions of packages stand in Directory.Packages.props";
    }

    [GeneratedRegex(@"<PackageReference[^>]*\sVersion=")]
    private static partial Regex Version();
}
