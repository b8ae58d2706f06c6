using Fabric.Actors.Protocol;

namespace Fabric.Cli.Render;

/// <summary>A ping mesh: one matrix per overlay and address family, then one line per pair of overlays that must not meet.</summary>
internal static class MeshText
{
    public static Sheet Sheet(PingMeshReply mesh)
    {
        var sheet = new Sheet(null, new("source", "source"), new("destination", "destination"), new("source overlay", "sourceOverlay"),
            new("destination overlay", "destinationOverlay"), new("family", "family", true), new("address", "destinationAddress"),
            new("sent", "sent", true), new("received", "received", true), new("rtt", "rttUs", true), new("foreign", "foreign", true));
        foreach (var p in mesh.Within.Concat(mesh.Across))
            sheet.Add(p.Source, p.Destination, p.SourceOverlay, p.DestinationOverlay, p.Family, p.DestinationAddress, p.Sent, p.Received,
                Cell.Rtt(p.RttUs, ""), p.Foreign);
        return sheet;
    }

    public static void Print(SheetPrinter printer, PingMeshReply mesh)
    {
        foreach (var group in mesh.Within.GroupBy(p => (p.SourceOverlay, p.Family)))
        {
            var matrix = Matrix($"{group.Key.SourceOverlay}, IPv{group.Key.Family}", [.. group]);
            printer.Print(SheetPrinter.WidthOf(matrix) <= printer.Width ? matrix : PerSource(matrix.Title!, [.. group]));
            printer.Line();
        }
        foreach (var group in mesh.Across.GroupBy(p => Unordered(p.SourceOverlay, p.DestinationOverlay)))
        {
            var delivered = group.Sum(p => p.Received);
            var foreign = group.Sum(p => p.Foreign);
            var passed = delivered == 0 && foreign == 0;
            var alsoSeen = foreign > 0 ? $", {foreign} foreign messages seen" : "";
            printer.Line(
                $"{group.Key.First} and {group.Key.Second}: {Units.Count(group.Count(), "pair")} tried across, "
                + $"{group.Sum(p => p.Sent)} sent, {delivered} delivered{alsoSeen}: {(passed ? "isolated" : "NOT isolated")}",
                passed ? Tone.Good : Tone.Bad);
        }
    }

    public static string Summary(PingMeshReply mesh)
    {
        var complete = mesh.Within.Count(p => p.Received == p.Sent && p.Foreign == 0);
        var lost = mesh.Within.Sum(p => p.Sent - p.Received);
        var across = mesh.Across.Count == 0 ? "" : $"; across overlays {mesh.Across.Sum(p => p.Received)} delivered";
        return $"{complete} of {Units.Count(mesh.Within.Count, "pair")} complete, {lost} lost{across}";
    }

    private static Sheet Matrix(string title, IReadOnlyList<PingPair> pairs)
    {
        var names = pairs.SelectMany(p => new[] { p.Source, p.Destination }).Distinct().ToArray();
        var byEnds = pairs.ToDictionary(p => (p.Source, p.Destination));
        var sheet = new Sheet(title, [new("from \\ to", "source"), .. names.Select(n => new Column(n, n, Right: true))]);
        foreach (var source in names)
        {
            sheet.Add([new Cell(source, source), .. names.Select(destination =>
                byEnds.TryGetValue((source, destination), out var pair) ? Outcome(pair) : new Cell("·", "", Tone.Dim))]);
        }
        return sheet;
    }

    private static Sheet PerSource(string title, IReadOnlyList<PingPair> pairs)
    {
        var sheet = new Sheet(title, new("from", "source"), new("pairs", "pairs", true), new("complete", "complete", true),
            new("median rtt", "rttUs", true), new("not complete", "lost"));
        foreach (var group in pairs.GroupBy(p => p.Source))
        {
            var failed = group.Where(p => p.Received < p.Sent || p.Foreign > 0).Select(p => p.Destination).ToArray();
            var rtts = group.Where(p => p.RttUs is not null).Select(p => p.RttUs).Order().ToArray();
            var shown = string.Join(", ", failed.Take(4)) + (failed.Length > 4 ? $" and {failed.Length - 4} more" : "");
            sheet.Add(group.Key, group.Count(), group.Count() - failed.Length, Cell.Rtt(rtts.Length == 0 ? null : rtts[rtts.Length / 2]),
                new Cell(shown, shown, Tone.Bad));
        }
        return sheet;
    }

    private static Cell Outcome(PingPair pair) =>
        pair.Foreign > 0 ? new Cell("FOREIGN", "", Tone.Bad)
        : pair.Received == pair.Sent ? Cell.Rtt(pair.RttUs).In(Tone.Good)
        : pair.Received == 0 ? new Cell("lost", "", Tone.Bad)
        : new Cell($"{pair.Received}/{pair.Sent}", "", Tone.Warn);

    private static (string First, string Second) Unordered(string a, string b) => string.CompareOrdinal(a, b) <= 0 ? (a, b) : (b, a);
}
