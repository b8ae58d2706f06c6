using Fabric.Actors.Protocol;

namespace Fabric.Cli.Render;

/// <summary>
/// The first pings of a flow as a table: a row for address resolution and one per ping, a column for each time a server handles the frame,
/// so that one reads down a column how the flow climbs from the agent into the NIC.
/// </summary>
internal static class FirstPingsText
{
    private const int BystandersShown = 3;

    public static void Print(SheetPrinter printer, FirstPingsReply reply)
    {
        printer.Print(Sheet(reply));
        var stations = StationsOf(reply);
        var aside = reply.Resolution.Where(p => !stations.Contains((p.Direction, p.Server, p.Leg))).ToArray();
        if (aside.Length == 0) return;
        string[] servers = [.. aside.Select(p => $"{p.Server} ({p.Tier})").Distinct()];
        var more = servers.Length > BystandersShown ? $" and {servers.Length - BystandersShown} more" : "";
        printer.Line($"  the resolution's broadcast also reached {string.Join(", ", servers.Take(BystandersShown))}{more}", Tone.Dim);
    }

    public static Sheet Sheet(FirstPingsReply reply)
    {
        var stations = StationsOf(reply);
        var columns = stations.Select(s => new Column($"{s.Direction}, {s.Server}", $"{s.Direction}:{s.Server}:{s.Leg}")).ToArray();
        var sheet = new Sheet($"First pings of a flow: {reply.Source} to {reply.Destination}",
            [new("", "step"), .. columns, new("rtt", "rttUs", Right: true)]);
        if (reply.Resolution.Count > 0)
            sheet.Add([new Cell("resolution", "resolution"), .. stations.Select(s => Answered(reply.Resolution, s)),
                new Cell("", "")]);
        foreach (var ping in reply.Pings)
            sheet.Add([new Cell($"ping {ping.Sequence}", $"{ping.Sequence}"), .. stations.Select(s => Answered(ping.Passes, s)),
                Cell.Rtt(ping.RttUs)]);
        return sheet;
    }

    /// <summary>Where the pings passed; a broadcast of the resolution reaches others too, which would only widen the table.</summary>
    private static (string Direction, string Server, string Leg)[] StationsOf(FirstPingsReply reply) =>
        [.. reply.Pings.SelectMany(p => p.Passes).Select(p => (p.Direction, p.Server, p.Leg)).Distinct()
            .OrderBy(s => s.Direction == "request" ? 0 : 1).ThenBy(s => s.Leg == "egress" ? 0 : 1)];

    private static Cell Answered(IReadOnlyList<TierPass> passes, (string Direction, string Server, string Leg) station)
    {
        var tiers = passes.Where(p => (p.Direction, p.Server, p.Leg) == station).Select(p => p.Tier).Distinct().ToArray();
        return tiers.Length switch
        {
            0 => new Cell("-", "", Tone.Dim),
            1 => Cell.OfTier(tiers[0]),
            _ => new Cell(string.Join(", ", tiers), string.Join(' ', tiers)),
        };
    }
}
