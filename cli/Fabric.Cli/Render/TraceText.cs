using System.Globalization;
using Fabric.Actors.Protocol;

namespace Fabric.Cli.Render;

/// <summary>One frame's way, a server at a time.</summary>
internal static class TraceText
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
        printer.Line($"{reply.Flow} from {reply.Vm}", Tone.Strong);
        string? server = null;
        var answer = 0;
        foreach (var step in reply.Steps)
        {
            if (step.Answer != answer)
            {
                printer.Line($"the answer{(step.Answer == 1 ? "" : $" to answer {step.Answer - 1}")}", Tone.Strong);
                (answer, server) = (step.Answer, null);
            }

            if (step.Server != server) printer.Line($"  {step.Server}", Tone.Strong);
            server = step.Server;
            var at = string.Create(CultureInfo.InvariantCulture, $"{step.AtUs,8} µs");
            var where = step.Where.StartsWith(step.Server + "/", StringComparison.Ordinal) ? step.Where[(step.Server.Length + 1)..]
                : step.Where;
            printer.Line($"{printer.Paint(at, Tone.Dim)}    {printer.Paint(where.PadRight(16), ToneOf(where))} {step.What}");
            foreach (var line in Fold(step.Detail, printer.Interactive ? printer.Width - DetailIndent.Length : int.MaxValue))
                printer.Line(DetailIndent + line, Tone.Dim);
        }
        printer.Line(reply.Outcome, reply.Delivered ? Tone.Good : Tone.Bad);
    }

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
