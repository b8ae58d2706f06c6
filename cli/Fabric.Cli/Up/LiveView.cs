using System.Diagnostics;
using Fabric.Actors.Protocol;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Render;
using Spectre.Console;

namespace Fabric.Cli.Up;

/// <summary>Rates of each server by tier, redrawn in place every second.</summary>
internal sealed class LiveView(Terminal terminal, IFabric fabric)
{
    private const int RowsAtMost = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancel)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) });
        var before = await fabric.InspectAsync(cancel);
        var since = Stopwatch.GetTimestamp();
        await console.Live(Draw(before, before, 1)).AutoClear(true).StartAsync(async live =>
        {
            live.Refresh();
            while (true)
            {
                await Task.Delay(Interval, cancel);
                var now = await InspectAsync(before, cancel);
                var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
                since = Stopwatch.GetTimestamp();
                live.UpdateTarget(Draw(before, now, seconds));
                before = now;
            }
        });
    }

    /// <summary>A fabric that does not answer for a moment leaves the picture as it was.</summary>
    private async Task<InspectReply> InspectAsync(InspectReply before, CancellationToken cancel)
    {
        try
        {
            return await fabric.InspectAsync(cancel);
        }
        catch (FabricRequestException)
        {
            return before;
        }
    }

    internal static Table Draw(InspectReply before, InspectReply now, double seconds)
    {
        var table = new Table().Border(TableBorder.Simple)
            .Caption("frames per second by tier; Ctrl-C stops the fabric", new Style(decoration: Decoration.Dim));
        table.AddColumn("server").AddColumn("node").AddColumn("state");
        foreach (var column in new[] { "L1/s", "L2/s", "L3/s", "agent/s", "flows", "offloaded", "drops/s" })
            table.AddColumn(new TableColumn(column).RightAligned());
        var earlier = before.Servers.ToDictionary(s => s.Name);
        foreach (var server in now.Servers.Take(RowsAtMost)) AddRow(table, earlier.GetValueOrDefault(server.Name, server), server, seconds);
        if (now.Servers.Count > RowsAtMost) table.AddRow($"and {now.Servers.Count - RowsAtMost} more");
        return table;
    }

    private static void AddRow(Table table, ServerState a, ServerState b, double seconds)
    {
        if (a.Epoch != b.Epoch) a = b;
        table.AddRow(
            new Text(b.Name), new Text(b.Node),
            new Text(b.State, Colour(b.State is "ready" or "Ready" or "up" or "Up" ? Color.Green : Color.Yellow)),
            Rate(b.Tiers.L1 - a.Tiers.L1, Color.Green), Rate(b.Tiers.L2 - a.Tiers.L2, Color.Aqua),
            Rate(b.Tiers.L3 - a.Tiers.L3, Color.Yellow), Rate(b.Tiers.Agent - a.Tiers.Agent, Color.Fuchsia),
            new Text($"{b.FlowsL3}"), new Text($"{b.FlowsOffloaded}"),
            Rate(b.Drops.Values.Sum() - a.Drops.Values.Sum(), Color.Red));

        Text Rate(long count, Color colour) =>
            new(Units.Rate(count / seconds), count == 0 ? new Style(decoration: Decoration.Dim) : Colour(colour));

        static Style Colour(Color colour) => new(colour);
    }
}
