using System.Globalization;
using System.Text.RegularExpressions;
using Fabric.Actors.Protocol;

namespace Fabric.Cli.Render;

/// <summary>One frame's way, a server at a time.</summary>
internal static partial class TraceText
{
    private const string DetailIndent = "                 ";

    public static Sheet Sheet(TraceReply reply)
    {
        var sheet = new Sheet(null, new("at", "atUs", true), new("server", "server"), new("where", "where"), new("what", "what"),
            new("detail", "detail"), new("answer", "answer", true));
        foreach (var s in reply.Steps) sheet.Add(s.AtUs, s.Server, s.Where, s.What, s.Detail, s.Answer);
        return sheet;
    }

    public static void Print(SheetPrinter printer, TraceReply reply)
    {
        printer.Line($"{Shortened(reply.Flow)} from {reply.Vm}", Tone.Strong);
        (string? Server, string Frame) last = (null, "");
        foreach (var step in reply.Steps)
        {
            var (frame, where) = Place(step);
            if (frame.Length > 0 && frame != last.Frame) printer.Line($"  {frame}", Tone.Strong);
            if (step.Server != last.Server) printer.Line($"  {step.Server}", Tone.Strong);
            last = (step.Server, frame);
            var at = string.Create(CultureInfo.InvariantCulture, $"{step.AtUs,8} µs");
            printer.Line($"{printer.Paint(at, Tone.Dim)}    {printer.Paint(where.PadRight(16), ToneOf(where))} {step.What}");
            foreach (var line in Fold(Shortened(step.Detail), printer.Interactive ? printer.Width - DetailIndent.Length : int.MaxValue))
                printer.Line(DetailIndent + line, Tone.Dim);
        }
        printer.Line(reply.Outcome, reply.Delivered ? Tone.Good : Tone.Bad);
    }

    /// <summary>The part within its server, and the frame it handled if that is an answer to the one sent (<c>answer 1</c>).</summary>
    private static (string Frame, string Where) Place(TraceStep step) =>
        (step.Answer == 0 ? "" : $"answer {step.Answer}",
            step.Where.StartsWith(step.Server + "/", StringComparison.Ordinal) ? step.Where[(step.Server.Length + 1)..] : step.Where);

    /// <summary>Metadata that are zero say nothing to a reader; JSON and CSV keep them.</summary>
    private static string Shortened(string keys) => ZeroMetadata().Replace(keys, "");

    [GeneratedRegex(@"\b(recirc_id|dp_hash|skb_priority|skb_mark|ct_state|ct_zone|ct_mark|ct_label)\(0\),")]
    private static partial Regex ZeroMetadata();

    private static Tone ToneOf(string where) =>
        where.Contains("L1", StringComparison.Ordinal) ? Tone.Good
        : where.Contains("L2", StringComparison.Ordinal) ? Tone.Nic
        : where.Contains("L3", StringComparison.Ordinal) || where.StartsWith("kernel", StringComparison.Ordinal) ? Tone.Kernel
        : where.StartsWith("agent", StringComparison.Ordinal) ? Tone.Agent
        : Tone.Plain;

    /// <summary>Splits after commas so that no line is wider than it may be, where the text allows.</summary>
    internal static IEnumerable<string> Fold(string text, int width)
    {
        while (text.Length > width)
        {
            var comma = text.LastIndexOf(',', width - 1);
            if (comma < 0) comma = text.IndexOf(',');
            if (comma < 0 || comma == text.Length - 1) break;
            yield return text[..(comma + 1)];
            text = text[(comma + 1)..];
        }
        if (text.Length > 0) yield return text;
    }
}
