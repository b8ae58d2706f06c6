using Fabric.Actors.Protocol;
using Fabric.Cli.CommandLine;

namespace Fabric.Cli.Up;

/// <summary>Deploys a topology and waits until every server forwards.</summary>
internal static class Deployment
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromSeconds(90);

    /// <exception cref="CliException">A server cannot start, or nothing moves any more.</exception>
    public static async Task<FabricStatus> RunAsync(IFabric fabric, TopologySource source, bool fresh, StartLines lines,
        CancellationToken cancel)
    {
        await fabric.DeployAsync(new DeployRequest(source.Json, fresh), cancel);
        lines.Done($"topology {source.Report.Name} recorded");
        var ready = -1;
        var moved = lines.Elapsed;
        while (true)
        {
            var status = await fabric.StatusAsync(cancel);
            if (status.Failures.Count > 0) throw new CliException(ExitCode.WrongInput, status.Failures[0]);
            if (status.Ready && status.Topology == source.Report.Name) return status;
            if (status.ServersReady != ready) (ready, moved) = (status.ServersReady, lines.Elapsed);
            if (lines.Elapsed - moved > LongestStandstill)
                throw new CliException(ExitCode.CheckFailed,
                    $"only {ready} of {status.ServersTotal} servers are ready and nothing moves; see the logs in the data folder");
            lines.Doing($"starting servers: {status.ServersReady} of {status.ServersTotal} ready");
            await Task.Delay(PollInterval, cancel);
        }
    }
}
