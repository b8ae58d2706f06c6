using Fabric.Actors.Protocol;

namespace Fabric.Cli.Render;

/// <summary>NICs: their tables, what they left to the host, and why entries left L1. For programs all of it is one row per NIC.</summary>
internal static class NicSheets
{
    /// <summary>All sheets, one below the other.</summary>
    public static void Print(SheetPrinter printer, IReadOnlyList<NicState> nics)
    {
        printer.Print(Tables(nics));
        printer.Line();
        printer.Print(Fallback(nics));
        var evictions = Evictions(nics);
        if (evictions.Rows.Count == 0) return;
        printer.Line();
        printer.Print(evictions);
    }

    public static Sheet Tables(IEnumerable<NicState> nics)
    {
        var sheet = new Sheet("NICs", new("server", "server"), new("profile", "profile"), new("eviction", "eviction"),
            new("L1", "entriesL1", true), new("of", "capacityL1", true), new("pending", "pendingL1", true),
            new("evicted", "evicted", true), new("refused", "insertsRefused", true), new("L2", "rulesL2", true),
            new("masks", "masksL2", true), new("contexts", "statisticsContexts", true));
        foreach (var n in nics)
            sheet.Add(n.Server, n.Profile, n.Eviction, n.EntriesL1, n.CapacityL1, n.PendingL1, n.Evictions.Values.Sum(), n.InsertsRefused,
                n.RulesL2, n.MasksL2, n.StatisticsContexts);
        return sheet;
    }

    /// <summary>Frames that went to the host by reason, and control messages that named what is not there.</summary>
    public static Sheet Fallback(IEnumerable<NicState> nics)
    {
        var sheet = new Sheet("Left to the host", new("server", "server"), new("not learned", "notLearned", true),
            new("host-destined", "hostDestined", true), new("no flow's", "takenByServer", true),
            new("not processable", "notProcessable", true), new("diverted", "diverted", true),
            new("bad messages", "badMessages", true));
        foreach (var n in nics)
            sheet.Add(n.Server, n.Fallback.NotLearned, n.Fallback.HostDestined, n.TakenByServer, n.Fallback.NotProcessable,
                n.Fallback.Diverted, n.UnknownFlows + n.UnknownPorts);
        return sheet;
    }

    /// <summary>Entries that left L1. Capacity is what the eviction policy chose.</summary>
    public static Sheet Evictions(IEnumerable<NicState> nics)
    {
        var sheet = new Sheet("L1 evictions", new("server", "server"), new("eviction", "eviction"), new("cause", "cause"),
            new("entries", "entries", true));
        foreach (var n in nics)
            foreach (var (cause, entries) in n.Evictions) sheet.Add(n.Server, n.Eviction, cause, entries);
        return sheet;
    }

    /// <summary>Everything of a NIC in one row.</summary>
    public static Sheet Whole(IEnumerable<NicState> nics)
    {
        var sheet = new Sheet(null, [.. Tables([]).Columns, .. Fallback([]).Columns.Skip(1), new("evictions", "evictions")]);
        foreach (var n in nics)
            sheet.Add(
            [
                .. Tables([n]).Rows[0], .. Fallback([n]).Rows[0].Skip(1),
                string.Join(' ', n.Evictions.Select(cause => $"{cause.Key}={cause.Value}")),
            ]);
        return sheet;
    }
}
