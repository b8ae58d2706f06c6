using Fabric.Actors.Protocol;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Node;
using Fabric.Cli.Render;

namespace Fabric.Cli.Up;

/// <summary><c>up</c> in this process: start, deploy, introduce, then run until told to stop.</summary>
internal sealed class ForegroundUp(Terminal terminal, UpOptions options, NodeStarter startNode)
{
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var source = TopologySource.Read(options.File);
        if (!source.Report.Valid)
        {
            foreach (var error in source.Report.Errors) terminal.Error.WriteLine(error);
            return ExitCode.WrongInput;
        }
        using var data = DataFolder.Take(options.DataDirectory);
        using var logging = FileLog.Factory(Path.Combine(DataFolder.LogDirectory(data.Path), "node-1.log"));
        var lines = new StartLines(terminal, options.Format, options.Quiet || options.Background);
        LocalFabric? local = null;
        try
        {
            var report = await lines.WhileAsync("starting", async () =>
            {
                local = await LocalFabric.StartAsync(options, data, startNode, logging, cancel);
                lines.Done($"{Units.Count(options.Nodes, "node")} up, API {Authority(local.Api)}");
                return await local.WithAllNodesAsync(end => DeployAsync(local, source, lines, end), cancel);
            });
            data.Announce(local!.Api, ready: true);
            if (!options.Background) Show(report, lines);
            await local.WithAllNodesAsync(end => StayAsync(local.Fabric, end), cancel);
            return Introduction.Passed(report) ? ExitCode.Done : ExitCode.CheckFailed;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        finally
        {
            if (local is not null) await local.DisposeAsync();
        }
    }

    private async Task<ReadyReport> DeployAsync(LocalFabric local, TopologySource source, StartLines lines, CancellationToken cancel)
    {
        var status = await Deployment.RunAsync(local.Fabric, source, options.Fresh, lines, cancel);
        lines.Done($"{Units.Count(status.ServersTotal, "server")} and {Units.Count(status.VmsTotal, "VM")} ready");
        return await Introduction.MakeAsync(local.Fabric, options, local.Api, status, lines, cancel);
    }

    private void Show(ReadyReport report, StartLines lines)
    {
        Introduction.Print(terminal, report, options);
        lines.Done(Introduction.Summary(report));
        if (options.Quiet || options.Format != OutputFormat.Table) return;
        var command = terminal.Environment.GetValueOrDefault("FABRIC_HOME") == Directory.GetCurrentDirectory() ? "./fabric" : "fabric";
        new SheetPrinter(terminal).Line(Hints(report, options, command));
        terminal.Out.Flush();
    }

    /// <summary>What to try next, by names that exist.</summary>
    public static string Hints(ReadyReport report, UpOptions options, string command)
    {
        var api = Authority(report.Api) == GlobalOptions.DefaultApi ? "" : $" --api {Authority(report.Api)}";
        var logs = Path.GetRelativePath(Directory.GetCurrentDirectory(), Path.Combine(options.DataDirectory, "log"));
        List<string> verbs = ["inspect all"];
        if (report.FirstPings.FirstOrDefault() is { } pings)
        {
            verbs.Add($"ping {pings.Source} {pings.Destination}");
            var pair = report.Validation?.Checks.SelectMany(c => c.Mesh?.Within ?? [])
                .FirstOrDefault(p => p.Source == pings.Source && p.Destination == pings.Destination);
            if (pair is not null)
                verbs.Add($"trace {pair.Source} '{(pair.Family == 4 ? "icmp,nw_dst" : "icmp6,ipv6_dst")}={pair.DestinationAddress}'");
        }
        if (report.Status.Nodes.SelectMany(n => n.Servers).Order(StringComparer.Ordinal).FirstOrDefault() is { } server)
            verbs.Add($"flows {server}");
        return $"""

            API   {Authority(report.Api)}
            logs  {logs}
            try   {string.Join("\n      ", verbs.Select(verb => $"{command} {verb}{api}"))}

            """;
    }

    private static string Authority(Uri uri) => uri.GetLeftPart(UriPartial.Authority);

    private async Task<bool> StayAsync(IFabric fabric, CancellationToken cancel)
    {
        var watched = terminal.Interactive && !options.Quiet && !options.Background && options.Format == OutputFormat.Table;
        try
        {
            if (watched) await new LiveView(terminal, fabric).RunAsync(cancel);
            else await Task.Delay(Timeout.Infinite, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Told to stop: the ordinary end.
        }
        return true;
    }
}
