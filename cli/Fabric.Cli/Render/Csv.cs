namespace Fabric.Cli.Render;

/// <summary>RFC 4180, with line feeds.</summary>
internal static class Csv
{
    public static void Write(TextWriter output, Sheet sheet)
    {
        output.Write(string.Join(',', sheet.Columns.Select(c => Quote(c.Field))) + "\n");
        foreach (var row in sheet.Rows) output.Write(string.Join(',', row.Select(c => Quote(c.Raw))) + "\n");
    }

    private static string Quote(string field) => field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"")}\"";
}
