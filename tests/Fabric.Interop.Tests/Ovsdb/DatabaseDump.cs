using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Fabric.Interop.Tests.Ovsdb;

/// <summary>
/// A whole database in a form that two servers can share: rows have random ids, so each row is called by its table and name, or, when
/// it has none, by its table and its content (the ids in it replaced likewise); sets are sorted by those names.
/// </summary>
internal sealed partial class DatabaseDump
{
    private static readonly string[] NameColumns = ["name", "target", "id"];
    private readonly List<RowText> _rows = [];

    private DatabaseDump()
    {
    }

    /// <summary>What to call a row, by its id.</summary>
    public IReadOnlyDictionary<string, string> Names { get; private set; } = new Dictionary<string, string>();

    /// <param name="jsonTables">What <c>ovsdb-client --format=json dump</c> prints: a table as a JSON object per line.</param>
    public static DatabaseDump Parse(string jsonTables)
    {
        var dump = new DatabaseDump();
        foreach (var line in jsonTables.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var table = json.RootElement.GetProperty("caption").GetString()!.Split(' ')[0];
            var columns = json.RootElement.GetProperty("headings").EnumerateArray().Select(h => h.GetString()!).ToList();
            foreach (var row in json.RootElement.GetProperty("data").EnumerateArray())
            {
                var cells = columns.Zip(row.EnumerateArray(), (column, cell) => (column, cell: cell.Clone()))
                    .ToDictionary(c => c.column, c => c.cell);
                dump._rows.Add(new RowText(table, cells["_uuid"][1].GetString()!, cells));
            }
        }

        dump.NameRows();
        return dump;
    }

    /// <summary>A line per cell, with the name of its row.</summary>
    public IReadOnlyList<string> Lines()
    {
        var rows = _rows.Select(row => (Name: Names[row.Id], Cells: Content(row))).ToList();
        return [.. rows.OrderBy(r => r.Name, StringComparer.Ordinal).ThenBy(r => string.Concat(r.Cells), StringComparer.Ordinal)
            .SelectMany(r => r.Cells.Select(cell => $"{r.Name} {cell}"))];
    }

    /// <summary>Replaces ids in a text by the names of their rows, and sorts sets of them.</summary>
    public static string Rename(string text, IReadOnlyDictionary<string, string> names)
    {
        var renamed = Id().Replace(text, match => $"<{names.GetValueOrDefault(match.Value, "?")}>");
        return SetOfNames().Replace(renamed, match =>
            "[" + string.Join(", ", match.Groups[1].Value.Split(", ").Order(StringComparer.Ordinal)) + "]");
    }

    public static bool MentionsRows(string text) => Id().IsMatch(text);

    /// <summary>Three rounds reach as far as references go here: a row, what it refers to, and what that refers to.</summary>
    private void NameRows()
    {
        var names = new Dictionary<string, string>();
        foreach (var row in _rows) names[row.Id] = GivenName(row) is { } name ? $"{row.Table} {name}" : row.Table;
        for (var round = 0; round < 3; round++)
        {
            var next = new Dictionary<string, string>(names);
            foreach (var row in _rows.Where(row => GivenName(row) is null))
            {
                Names = names;
                next[row.Id] = $"{row.Table} {Hash(string.Join('\n', Content(row)))}";
            }

            names = next;
        }

        Names = names;
    }

    private static string? GivenName(RowText row)
    {
        foreach (var column in NameColumns)
        {
            if (!row.Cells.TryGetValue(column, out var cell)) continue;
            if (cell.ValueKind == JsonValueKind.String && cell.GetString() is { Length: > 0 } name) return name;
            if (cell.ValueKind == JsonValueKind.Number) return cell.GetRawText();
        }

        return row.Table == "Open_vSwitch" ? "." : null;
    }

    private List<string> Content(RowText row) =>
    [
        .. row.Cells.Where(cell => cell.Key != "_uuid").OrderBy(cell => cell.Key, StringComparer.Ordinal)
            .Select(cell => $"{cell.Key}: {Explained.Mask(row.Table, cell.Key, Value(cell.Value))}"),
    ];

    private string Value(JsonElement cell)
    {
        if (cell.ValueKind != JsonValueKind.Array) return cell.GetRawText();
        switch (cell[0].GetString())
        {
            case "uuid":
                return $"<{Names.GetValueOrDefault(cell[1].GetString()!, "?")}>";
            case "set":
                return "[" + string.Join(", ", cell[1].EnumerateArray().Select(Value).Order(StringComparer.Ordinal)) + "]";
            default:
                var pairs = cell[1].EnumerateArray().Select(pair => $"{Value(pair[0])}={Value(pair[1])}");
                return "{" + string.Join(", ", pairs.Order(StringComparer.Ordinal)) + "}";
        }
    }

    /// <summary>FNV-1a, short enough to read.</summary>
    private static string Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes(text)) hash = (hash ^ b) * 16777619;
        return hash.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id();

    [GeneratedRegex(@"\[(<[^\[\]]*>)\]")]
    private static partial Regex SetOfNames();

    private sealed record RowText(string Table, string Id, IReadOnlyDictionary<string, JsonElement> Cells);
}
