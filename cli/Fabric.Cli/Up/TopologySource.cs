using Fabric.Actors;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Render;
using Fabric.Topology;

namespace Fabric.Cli.Up;

/// <summary>A topology file as read from disk.</summary>
/// <param name="Json">Canonical JSON; empty when the file is not valid.</param>
internal sealed record TopologySource(TopologyReport Report, string Json)
{
    private const string QuickStart = "topologies/quickstart.yaml";

    /// <exception cref="CliException">The file cannot be read.</exception>
    public static TopologySource Read(string file)
    {
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException(ExitCode.WrongInput, $"{file}: no such file");
        }
        // The reader knows the format; whether a rule is one that a bridge takes, only an agent can tell.
        if (!TopologyFile.TryLoad(text, file, out var topology, out var errors) || (errors = RuleCheck.Check(topology, file)).Count > 0)
            return new TopologySource(new TopologyReport(file, false, null, "", [.. errors.Select(e => e.ToString()!)]), "");
        var summary = $"{topology.Name}, {Units.Count(topology.Servers.Count, "server")}, "
            + $"{Units.Count(topology.Overlays.Count, "overlay")}, {Units.Count(topology.Vms.Count, "VM")}, "
            + $"{Units.Count(topology.Checks.Count, "check")}";
        return new TopologySource(new TopologyReport(file, true, topology.Name, summary, []), TopologyJson.Write(topology));
    }

    /// <summary>The topology that <c>up</c> takes when none is named.</summary>
    public static string Default(Terminal terminal)
    {
        var home = terminal.Environment.GetValueOrDefault("FABRIC_HOME");
        var file = string.IsNullOrEmpty(home)
            ? Path.Combine(AppContext.BaseDirectory, QuickStart)
            : Path.Combine(home, "cluster-config", QuickStart);
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), file);
        return relative.StartsWith("..", StringComparison.Ordinal) ? file : relative;
    }
}
