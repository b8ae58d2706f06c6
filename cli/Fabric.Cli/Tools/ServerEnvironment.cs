using Fabric.Actors;
using Fabric.Actors.Protocol;
using Fabric.Cli.CommandLine;

namespace Fabric.Cli.Tools;

/// <summary>What the stock tools need to know of one emulated server: the folder of its sockets.</summary>
/// <param name="Environment">To be set for them.</param>
internal sealed record ServerEnvironment(string Server, string RunDirectory, IReadOnlyDictionary<string, string> Environment)
{
    /// <exception cref="CliException">The server is unknown, or lives on another machine.</exception>
    public static async Task<ServerEnvironment> FindAsync(string server, string dataFolder, Func<IFabric> fabric, CancellationToken cancel)
    {
        if (Fabric.Actors.RunDirectory.Find(dataFolder, server) is { } run && File.Exists(Path.Combine(run, "ovs-vswitchd.pid")))
            return Of(server, run);
        // Processes of one machine share the folder, so there is nothing to find here; who runs it can say where it is.
        var state = (await fabric().InspectAsync(cancel)).Servers;
        if (state.FirstOrDefault(s => s.Name == server) is not { } found)
            throw new CliException(ExitCode.WrongInput,
                $"there is no server '{server}'; servers are {string.Join(", ", state.Select(s => s.Name))}");
        var place = $"{server} runs on {found.Node}, which does not keep its sockets in {dataFolder}";
        throw new CliException(ExitCode.WrongInput, $"{place}: run this on that machine, with that node's --data");
    }

    private static ServerEnvironment Of(string server, string run) => new(server, run, new Dictionary<string, string>
    {
        ["OVS_RUNDIR"] = run,
        ["OVS_LOGDIR"] = run,
        ["FABRIC_SERVER"] = server,
    });

    /// <summary>Commands that set the variables in the shell of this name: sh and its kin, csh, fish.</summary>
    public string Format(string shell)
    {
        var name = Path.GetFileName(shell);
        return string.Concat(Environment.Select(pair => name switch
        {
            "fish" => $"set -gx {pair.Key} {QuoteForFish(pair.Value)}\n",
            "csh" or "tcsh" => $"setenv {pair.Key} {Quote(pair.Value).Replace("!", "\\!", StringComparison.Ordinal)}\n",
            _ => $"export {pair.Key}={Quote(pair.Value)}\n",
        }));
    }

    /// <summary>Within single quotes nothing is special but the quote itself, which is set between two quoted parts.</summary>
    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string QuoteForFish(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
