using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Fabric.Actors.Protocol;

namespace Fabric.Cli.Render;

/// <summary>Flow tables: one line per flow as <c>ovs-appctl dpctl/dump-flows -m</c> prints it, with <c>hits:</c> beside
/// <c>packets:</c>.</summary>
internal static partial class FlowText
{
    private static readonly (string Tier, string Title)[] Tiers =
    [
        ("l1", "L1, exact match flow tracker"),
        ("l2", "L2, repeated hash tables"),
        ("l3", "L3, kernel datapath"),
        ("openflow", "OpenFlow tables"),
    ];

    public static Sheet Sheet(FlowsReply reply)
    {
        var sheet = new Sheet(null, new("tier", "tier"), new("ufid", "ufid"), new("match", "match"), new("actions", "actions"),
            new("hits", "hits", true), new("packets", "packets", true), new("bytes", "bytes", true), new("used", "usedMs", true),
            new("offloaded", "offloaded"), new("reason", "reason"), new("not learned", "notLearned", true),
            new("host-destined", "hostDestined", true), new("not processable", "notProcessable", true),
            new("diverted", "diverted", true));
        foreach (var f in reply.Flows)
            sheet.Add(f.Tier, f.Ufid ?? "", f.Match, f.Actions, f.Hits, f.Packets, f.Bytes,
                f.UsedMs is { } used ? used : new Cell("never", ""), f.Offloaded ?? "", f.Reason ?? "",
                Of(f.Fallback?.NotLearned), Of(f.Fallback?.HostDestined), Of(f.Fallback?.NotProcessable),
                Of(f.Fallback?.Diverted));
        return sheet;
    }

    public static void Print(SheetPrinter printer, FlowsReply reply, FlowsRequest request)
    {
        foreach (var group in reply.Flows.GroupBy(f => f.Tier))
        {
            var title = Tiers.FirstOrDefault(t => t.Tier == group.Key).Title ?? group.Key;
            printer.Line($"{reply.Server}: {title}: {Units.Count(group.Count(), "flow")}", Tone.Strong);
            foreach (var flow in group)
            {
                if (printer.Interactive)
                    Folded(printer, flow);
                else
                    printer.Line(Line(flow));
            }
        }
        if (request is { Type: null, Tier: not "openflow" } && reply.Flows.All(f => f.Tier == "openflow"))
        {
            var where = request.Tier?.ToUpperInvariant() ?? "L1, L2 or L3";
            printer.Line($"{reply.Server}: no flow is cached in {where}; what nothing uses soon expires", Tone.Dim);
        }
        if (reply.Truncated > 0) printer.Line($"{reply.Truncated} more flows not shown", Tone.Warn);
    }

    private static string Line(FlowEntry f)
    {
        var line = new StringBuilder();
        if (f.Ufid is not null) line.Append(CultureInfo.InvariantCulture, $"ufid:{f.Ufid}, ");
        return line.Append(CultureInfo.InvariantCulture, $"{f.Match}, {Statistics(f)}, actions:{f.Actions}").ToString();
    }

    private static void Folded(SheetPrinter printer, FlowEntry f)
    {
        Fold(printer, "  ", f.Tier == "openflow" ? Counters().Replace(f.Match, "") : f.Match, Tone.Plain);
        Fold(printer, "      ", $"actions:{f.Actions}", Tone.Nic);
        printer.Line($"      {Statistics(f)}", f.Offloaded == "no" ? Tone.Warn : Tone.Dim);
    }

    private static void Fold(SheetPrinter printer, string indent, string text, Tone tone)
    {
        foreach (var line in TraceText.Fold(text, printer.Width - indent.Length)) printer.Line(indent + line, tone);
    }

    /// <summary>What the line of statistics below the rule repeats, and a cookie that nobody set.</summary>
    [GeneratedRegex(@"\b(cookie=0x0|duration=[^,]*|n_packets=\d+|n_bytes=\d+), ")]
    private static partial Regex Counters();

    private static string Statistics(FlowEntry f)
    {
        var used = f.UsedMs is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms / 1e3:0.000}s") : "never";
        var offloaded = f.Offloaded is null ? "" : $", offloaded:{f.Offloaded}{(f.Reason is null ? "" : $" ({f.Reason})")}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"hits:{f.Hits}, packets:{f.Packets}, bytes:{f.Bytes}, used:{used}{offloaded}{Fallback(f.Fallback)}");
    }

    /// <summary>Only the reasons there were.</summary>
    private static string Fallback(FlowFallback? fallback)
    {
        if (fallback is null) return "";
        (string Name, long Count)[] reasons =
        [
            ("not-learned", fallback.NotLearned), ("host-destined", fallback.HostDestined),
            ("not-processable", fallback.NotProcessable), ("diverted", fallback.Diverted),
        ];
        var given = reasons.Where(reason => reason.Count > 0)
            .Select(reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Name}={reason.Count}")).ToArray();
        return given.Length == 0 ? "" : $", fallback:{string.Join('/', given)}";
    }

    private static Cell Of(long? count) => count is { } known ? known : "";
}
