namespace Fabric.Cli.Render;

/// <summary>Rows under named columns: printed as an aligned table or as CSV.</summary>
internal sealed class Sheet(string? title, params Column[] columns)
{
    public string? Title { get; } = title;

    public IReadOnlyList<Column> Columns { get; } = columns;

    public List<Cell[]> Rows { get; } = [];

    public void Add(params Cell[] row)
    {
        if (row.Length != Columns.Count) throw new ArgumentException($"{row.Length} cells for {Columns.Count} columns");
        Rows.Add(row);
    }
}
