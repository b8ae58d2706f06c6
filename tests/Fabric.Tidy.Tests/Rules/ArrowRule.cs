using System.Text.RegularExpressions;

namespace Fabric.Tidy.Tests;

/// <summary>Who may reference whom. Everything that an arrow reaches may be named directly as well.</summary>
public static partial class ArrowRule
{
    private static readonly string[] Engines =
        ["Fabric.Wire", "Fabric.Flow", "Fabric.Tunnels", "Fabric.Datapath", "Fabric.Nic", "Fabric.OpenFlow", "Fabric.Ovsdb", "Fabric.Agent",
            "Fabric.Guest"];

    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Fabric.Wire"] = [],
        ["Fabric.Flow"] = ["Fabric.Wire"],
        ["Fabric.Tunnels"] = ["Fabric.Flow"],
        ["Fabric.Datapath"] = ["Fabric.Tunnels"],
        ["Fabric.Nic"] = ["Fabric.Datapath"],
        ["Fabric.OpenFlow"] = ["Fabric.Flow"],
        ["Fabric.Guest"] = ["Fabric.Flow"],
        ["Fabric.Ovsdb"] = [],
        ["Fabric.Agent"] = ["Fabric.Flow", "Fabric.OpenFlow", "Fabric.Ovsdb"],
        ["Fabric.Underlay"] = ["Fabric.Wire"],
        ["Fabric.Topology"] = [],
        ["Fabric.Actors.Protocol"] = ["Fabric.Flow", "Fabric.Topology"],
        ["Fabric.Actors"] = [.. Engines, "Fabric.Underlay", "Fabric.Topology", "Fabric.Actors.Protocol"],
        ["Fabric.Cluster"] = ["Fabric.Actors"],
        ["Fabric.Bench"] = ["Fabric.Cluster"],
        ["Fabric.Cli"] = ["Fabric.Cluster", "Fabric.Bench"],
    };

    /// <summary>Packages an engine may use: none that bring Akka, sockets or threads.</summary>
    private static readonly Dictionary<string, string[]> EnginePackages = new() { ["Fabric.Topology"] = ["YamlDotNet"] };

    public static IEnumerable<string> Violations(SourceFile project)
    {
        string name = project.Name[..^".csproj".Length];
        if (name.EndsWith(".Tests", StringComparison.Ordinal))
            return TestViolations(project);

        if (!Arrows.ContainsKey(name))
            return [$"{project.Path}: {name} is not a project of the architecture"];

        var allowed = Reach(name);
        var wrong = References(project).Where(r => !allowed.Contains(r)).Select(r => $"{project.Path}: {name} may not reference {r}");
        if (!Engines.Contains(name) && name != "Fabric.Topology")
            return wrong;

        var packages = EnginePackages.GetValueOrDefault(name, []);
        return wrong.Concat(Packages(project).Where(p =>
            !packages.Contains(p)).Select(p => $"{project.Path}: the engine {name} may not use {p}"));
    }

    /// <summary>Tests may look at anything but at each other.</summary>
    private static IEnumerable<string> TestViolations(SourceFile project) => References(project)
        .Where(r => r.EndsWith(".Tests", StringComparison.Ordinal))
        .Select(r => $"{project.Path}: a test project may not reference {r}");

    private static HashSet<string> Reach(string name)
    {
        var reached = new HashSet<string>();
        var next = new Stack<string>(Arrows[name]);
        while (next.TryPop(out string? found))
        {
            if (reached.Add(found))
                Array.ForEach(Arrows[found], next.Push);
        }

        return reached;
    }

    private static IEnumerable<string> References(SourceFile project) =>
        ProjectReference().Matches(project.Text).Select(m => m.Groups[1].Value);

    private static IEnumerable<string> Packages(SourceFile project) =>
        PackageReference().Matches(project.Text).Select(m => m.Groups[1].Value);

    [GeneratedRegex(@"<ProjectReference\s+Include=""[^""]*?([^""/\\]+)\.csproj""")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"<PackageReference\s+Include=""([^""]+)""")]
    private static partial Regex PackageReference();
}
