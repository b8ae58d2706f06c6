using System.Diagnostics;
using Fabric.Actors.Protocol;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Render;

namespace Fabric.Cli.Up;

/// <summary>Rates of each server by tier, redrawn in place every second.</summary>
internal sealed class LiveView(Terminal terminal, IFabric fabric)
{
    private const int RowsAtMost = 20;
    private const string HideCursor = "\e[?25l";
    private const string ShowCursor = "\e[?25h";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private int _drawnLines;

    public async Task RunAsync(CancellationToken cancel)
    {
        var before = await fabric.InspectAsync(cancel);
        var since = Stopwatch.GetTimestamp();
        terminal.Out.Write(HideCursor);
        try
        {
            Show(before, before, 1);
            while (true)
            {
                await Task.Delay(Interval, cancel);
                var now = await InspectAsync(before, cancel);
                Show(before, now, Stopwatch.GetElapsedTime(since).TotalSeconds);
                since = Stopwatch.GetTimestamp();
                before = now;
            }
        }
        finally
        {
            Clear();
            terminal.Out.Write(ShowCursor);
            terminal.Out.Flush();
        }
    }

    /// <summary>A server that came back with another epoch counts from zero again.</summary>
    internal static Sheet Rates(InspectReply before, InspectReply now, double seconds)
    {
        var sheet = new Sheet(null, new("server", "server"), new("node", "node"), new("state", "state"), new("L1/s", "l1", true),
            new("L2/s", "l2", true), new("L3/s", "l3", true), new("agent/s", "agent", true), new("flows", "flowsL3", true),
            new("offloaded", "flowsOffloaded", true), new("drops/s", "drops", true));
        var earlier = before.Servers.ToDictionary(s => s.Name);
        foreach (var b in now.Servers.Take(RowsAtMost))
        {
            var a = earlier.TryGetValue(b.Name, out var found) && found.Epoch == b.Epoch ? found : b;
            sheet.Add(b.Name, Cell.OfNode(b.Node), Cell.OfState(b.State), Rate(b.Tiers.L1 - a.Tiers.L1, Tone.Good),
                Rate(b.Tiers.L2 - a.Tiers.L2, Tone.Nic), Rate(b.Tiers.L3 - a.Tiers.L3, Tone.Kernel),
                Rate(b.Tiers.Agent - a.Tiers.Agent, Tone.Agent), b.FlowsL3, b.FlowsOffloaded,
                Rate(InspectSheets.DropsOf(b) - InspectSheets.DropsOf(a), Tone.Bad));
        }
        return sheet;

        Cell Rate(long count, Tone tone)
        {
            var text = Units.Rate(count / seconds);
            return new Cell(text, text, count == 0 ? Tone.Dim : tone);
        }
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

    private void Show(InspectReply before, InspectReply now, double seconds)
    {
        var picture = new StringWriter { NewLine = "\n" };
        var printer = new SheetPrinter(terminal with { Out = picture });
        printer.Print(Rates(before, now, seconds));
        if (now.Servers.Count > RowsAtMost) printer.Line($"  and {now.Servers.Count - RowsAtMost} more", Tone.Dim);
        printer.Line();
        printer.Line("  frames per second by tier; Ctrl-C stops the fabric", Tone.Dim);
        Clear();
        terminal.Out.Write(picture.ToString());
        terminal.Out.Flush();
        _drawnLines = picture.ToString().Count(c => c == '\n');
    }

    private void Clear()
    {
        if (_drawnLines > 0) terminal.Out.Write($"\e[{_drawnLines}A\r\e[J");
        _drawnLines = 0;
    }
}
