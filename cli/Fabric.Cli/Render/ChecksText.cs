using Fabric.Actors.Protocol;

namespace Fabric.Cli.Render;

/// <summary>The outcome of a topology's <c>validate</c> block.</summary>
internal static class ChecksText
{
    public static void Print(SheetPrinter printer, ValidateReply reply)
    {
        foreach (var mesh in reply.Checks.Where(c => c.Mesh is not null).Select(c => c.Mesh!)) MeshText.Print(printer, mesh);
        if (reply.Checks.Any(c => c.Mesh is { Across.Count: > 0 })) printer.Line();
        printer.Line("Validation", Tone.Strong);
        var width = reply.Checks.Count == 0 ? 0 : reply.Checks.Max(c => c.Check.Length);
        foreach (var check in reply.Checks)
        {
            var mark = check.Passed ? printer.Paint("passed", Tone.Good) : printer.Paint("FAILED", Tone.Bad);
            printer.Line($"  {mark}  {check.Check.PadRight(width)}  {printer.Paint(check.Detail, check.Passed ? Tone.Dim : Tone.Bad)}");
        }
        if (reply.Checks.Count == 0) printer.Line("  the topology declares no checks", Tone.Warn);
    }
}
