using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Render;

namespace Fabric.Cli.Up;

/// <summary>
/// Shows a fabric that has just become ready: the first pings of a flow per overlay, while no cache knows it yet, then the topology's
/// checks.
/// </summary>
internal static class Introduction
{
    private const int OverlaysShown = 3;

    public static async Task<ReadyReport> MakeAsync(IFabric fabric, UpOptions options, Uri api, FabricStatus status, StartLines lines,
        CancellationToken cancel)
    {
        if (!options.Validate) return new ReadyReport(api, status, [], null);
        lines.Doing("watching the first pings of a flow");
        var firstPings = new List<FirstPingsReply>();
        foreach (var (source, destination) in Pairs(await fabric.InspectAsync(cancel)))
            firstPings.Add(await fabric.FirstPingsAsync(new FirstPingsRequest(source, destination), cancel));
        lines.Doing("running the topology's checks");
        return new ReadyReport(api, status, firstPings, await fabric.ValidateAsync(cancel));
    }

    public static void Print(Terminal terminal, ReadyReport report, UpOptions options)
    {
        if (options.Format != OutputFormat.Table)
        {
            terminal.Out.WriteLine(ApiJson.Indented(report, ApiJson.Default.ReadyReport));
            terminal.Out.Flush();
            return;
        }
        var printer = new SheetPrinter(terminal);
        if (report.Validation is { } validation)
        {
            printer.Line();
            ChecksText.Print(printer, validation);
            foreach (var pings in report.FirstPings)
            {
                printer.Line();
                FirstPingsText.Print(printer, pings);
            }
            printer.Line();
        }
        terminal.Out.Flush();
    }

    public static string Summary(ReadyReport report) =>
        $"{report.Status.Topology} is ready: {Units.Count(report.Status.ServersTotal, "server")}, "
        + $"{Units.Count(report.Status.VmsTotal, "VM")}, {Units.Count(report.Status.Nodes.Count, "node")}"
        + (report.Validation is { Checks.Count: > 0 } v
            ? $"; {v.Checks.Count(c => c.Passed)} of {Units.Count(v.Checks.Count, "check")} passed" : "");

    public static bool Passed(ReadyReport report) => report.Validation is null || report.Validation.Checks.All(c => c.Passed);

    /// <summary>Per overlay the first VM and the first of its fellows on another server.</summary>
    private static IEnumerable<(string Source, string Destination)> Pairs(InspectReply reply) =>
        reply.Vms.GroupBy(vm => vm.Overlay).OrderBy(overlay => overlay.Key, StringComparer.Ordinal).Take(OverlaysShown)
            .SelectMany(overlay =>
            {
                var source = overlay.First();
                return overlay.Where(vm => vm.Server != source.Server).Take(1).Select(vm => (source.Name, vm.Name));
            });
}
