using System.Globalization;
using Fabric.Bench;

namespace Fabric.Cli.Render;

/// <summary>The table of <c>fabric bench</c>: medians with their ranges, ratios, and what is owed.</summary>
internal static class BenchSheet
{
    public static Sheet Of(IEnumerable<BenchResult> results)
    {
        var sheet = new Sheet(
            null, new Column("Benchmark", "benchmark"), new Column("Case", "case"), new Column("Target", "target"),
            new Column("Fabric", "fabric", Right: true), new Column("Range", "fabricRange"), new Column("Unit", "unit"),
            new Column("Peer", "peer"), new Column("Its median", "peerMedian", Right: true), new Column("Ratio", "ratio", Right: true),
            new Column("Ratio range", "ratioRange"), new Column("Must reach", "mustReach"), new Column("Verdict", "verdict"),
            new Column("Note", "note"));
        foreach (var result in results)
        {
            sheet.Add(
                result.Benchmark, result.Case.Name, result.Case.Target?.Row ?? "", Median(result.Value), Range(result.Value),
                result.Case.Unit, result.Peer ?? "", Median(result.PeerValue), Median(result.Ratio), Range(result.Ratio), Owed(result.Case),
                VerdictOf(result.Verdict), result.Note ?? "");
        }

        return sheet;
    }

    /// <summary>Three significant digits, without an exponent.</summary>
    public static string Number(double value)
    {
        var digits = value == 0 ? 0 : Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 6);
        return value.ToString("N" + digits, CultureInfo.InvariantCulture);
    }

    private static Cell Median(Spread? spread) =>
        spread is { } s ? new Cell(Number(s.Median), s.Median.ToString(CultureInfo.InvariantCulture)) : "";

    private static Cell Range(Spread? spread) => spread is { } s && s.Min < s.Max ? $"{Number(s.Min)}–{Number(s.Max)}" : "";

    private static Cell Owed(BenchCase what)
    {
        if (what.Target is not { } target) return "";
        var (sign, unit) = (what.MoreIsBetter ? "≥" : "≤", target.IsRatio ? " ×" : $" {what.Unit}");
        var goal = target.Goal is { } beyond ? $", goal {Plain(beyond)}" : "";
        return $"{sign} {Plain(target.MustReach)}{unit}{goal}";
    }

    private static string Plain(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static Cell VerdictOf(Verdict verdict) => verdict switch
    {
        Verdict.Missed => new Cell("missed", "missed", Tone.Bad),
        Verdict.Reached => new Cell("reached", "reached", Tone.Good),
        Verdict.Goal => new Cell("goal", "goal", Tone.Good),
        _ => "",
    };
}
