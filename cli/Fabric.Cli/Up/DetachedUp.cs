using System.Diagnostics;
using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Node;
using Fabric.Cli.Render;

namespace Fabric.Cli.Up;

/// <summary>
/// <c>up --detach</c>: starts the same program in the background with its output in a file, watches it over its API until it is ready, and
/// introduces it as the foreground would.
/// </summary>
internal sealed class DetachedUp(Terminal terminal, UpOptions options, Func<Uri, string?, IFabric> connect)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var source = TopologySource.Read(options.File);
        if (!source.Report.Valid)
        {
            foreach (var error in source.Report.Errors) terminal.Error.WriteLine(error);
            return ExitCode.WrongInput;
        }
        DataFolder.Take(options.DataDirectory).Dispose();
        var log = Path.Combine(DataFolder.LogDirectory(options.DataDirectory), "up.log");
        File.Delete(log);
        var lines = new StartLines(terminal, options.Format, options.Quiet);
        using var process = Process.Start(FabricProgram.AgainInto(log, Arguments()))
            ?? throw new CliException(ExitCode.WrongInput, "the background process cannot be started");
        try
        {
            var report = await lines.WhileAsync("starting", async () =>
            {
                var record = await ReadyAsync(process, log, lines, cancel);
                var fabric = connect(record.Api, options.Token);
                var status = await fabric.StatusAsync(cancel);
                lines.Done($"{Units.Count(status.ServersTotal, "server")} and {Units.Count(status.VmsTotal, "VM")} ready");
                return await Introduction.MakeAsync(fabric, options, record.Api, status, lines, cancel);
            });
            Introduction.Print(terminal, report, options);
            lines.Done(Introduction.Summary(report));
            if (options.Format == OutputFormat.Table)
            {
                terminal.Out.WriteLine($"API {report.Api.GetLeftPart(UriPartial.Authority)}, pid {process.Id}; 'fabric down' stops it");
                terminal.Out.Flush();
            }
            return Introduction.Passed(report) ? ExitCode.Done : ExitCode.CheckFailed;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Posix.Signal(process.Id, Posix.SigTerm);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    private string[] Arguments()
    {
        List<string> arguments =
        [
            "up", Path.GetFullPath(options.File), "--background", "--nodes", $"{options.Nodes}",
            "--api", options.Api.GetLeftPart(UriPartial.Authority), "--remoting", options.Remoting.ToString(),
            "--data", options.DataDirectory, "--no-validate", "--detach=false",
        ];
        if (options.Fresh) arguments.Add("--fresh");
        return [.. arguments];
    }

    private async Task<RunRecord> ReadyAsync(Process process, string log, StartLines lines, CancellationToken cancel)
    {
        while (true)
        {
            if (process.HasExited) throw Ended(process, log);
            if (DataFolder.FindRunning(options.DataDirectory) is { Ready: true } record && record.Pid == process.Id) return record;
            lines.Doing("starting in the background");
            await Task.Delay(PollInterval, cancel);
        }
    }

    private static CliException Ended(Process process, string log)
    {
        var last = File.Exists(log) ? File.ReadLines(log).LastOrDefault(l => l.Length > 0) ?? "" : "";
        var reason = last.StartsWith("fabric: ", StringComparison.Ordinal) ? last["fabric: ".Length..]
            : $"the background process ended: {last}";
        return new CliException(process.ExitCode == 0 ? ExitCode.CheckFailed : process.ExitCode, reason);
    }
}
