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
        new SheetPrinter(terminal).Line(Hints(report, options));
        terminal.Out.Flush();
    }

    /// <summary>What to try next, by names that exist.</summary>
    public static string Hints(ReadyReport report, UpOptions options)
    {
        var api = Authority(report.Api) == GlobalOptions.DefaultApi ? "" : $" --api {Authority(report.Api)}";
        var vms = report.FirstPings.Count > 0 ? $"{report.FirstPings[0].Source} {report.FirstPings[0].Destination}" : "VM VM";
        var logs = Path.GetRelativePath(Directory.GetCurrentDirectory(), Path.Combine(options.DataDirectory, "log"));
        return $"""

            API   {Authority(report.Api)}
            logs  {logs}
            try   fabric ping {vms}{api}
                  fabric flows server-1{api}
                  fabric trace {vms.Split(' ')[0]} 'icmp,nw_dst=ADDRESS'{api}

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
