using System.Text;
using Fabric.Cli.CommandLine;

namespace Fabric.Cli.Render;

/// <summary>
/// Prints sheets and lines for people. Its own few lines rather than a table library: the text must be the same byte for byte with and
/// without a terminal (colours apart), and a short verb should not pay for loading one.
/// </summary>
internal sealed class SheetPrinter(Terminal terminal)
{
    private const string Gap = "  ";

    public int Width => terminal.Width;

    public bool Interactive => terminal.Interactive;

    public void Print(Sheet sheet)
    {
        if (sheet.Title is not null) Line(sheet.Title, Tone.Strong);
        if (sheet.Rows.Count == 0)
        {
            Line(Gap + "none", Tone.Dim);
            return;
        }
        var widths = WidthsOf(sheet);
        Row(sheet.Columns.Select(c => new Cell(c.Title, c.Title, Tone.Dim)).ToArray(), sheet, widths);
        foreach (var row in sheet.Rows) Row(row, sheet, widths);
    }

    /// <summary>Columns the sheet takes, indentation included.</summary>
    public static int WidthOf(Sheet sheet) => WidthsOf(sheet).Sum(w => w + Gap.Length);

    public void Line(string text = "", Tone tone = Tone.Plain) => terminal.Out.WriteLine(Paint(text, tone));

    public string Paint(string text, Tone tone) =>
        !terminal.Colours || text.Length == 0 || CodeOf(tone) is not { } code ? text : $"\e[{code}m{text}\e[0m";

    private static int[] WidthsOf(Sheet sheet) =>
        sheet.Columns.Select((c, i) => Math.Max(c.Title.Length, sheet.Rows.Count == 0 ? 0 : sheet.Rows.Max(r => r[i].Text.Length)))
            .ToArray();

    private void Row(Cell[] cells, Sheet sheet, int[] widths)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            var padding = new string(' ', widths[i] - cells[i].Text.Length);
            line.Append(Gap);
            if (sheet.Columns[i].Right) line.Append(padding);
            line.Append(Paint(cells[i].Text, cells[i].Tone));
            if (!sheet.Columns[i].Right && i < cells.Length - 1) line.Append(padding);
        }
        terminal.Out.WriteLine(line.ToString().TrimEnd());
    }

    private static string? CodeOf(Tone tone) => tone switch
    {
        Tone.Dim => "2",
        Tone.Strong => "1",
        Tone.Good => "32",
        Tone.Warn => "33",
        Tone.Bad => "1;31",
        Tone.Nic => "36",
        Tone.Kernel => "33",
        Tone.Agent => "35",
        _ => null,
    };
}
