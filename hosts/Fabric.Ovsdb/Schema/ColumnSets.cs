using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>Lists of column names, as in an index or a select.</summary>
public static class ColumnSets
{
    /// <param name="columns">In the order of the list; empty on error.</param>
    public static bool TryParse(JsonElement json, TableSchema table, out ColumnSchema[] columns, out OvsdbError? error)
    {
        error = Parse(json, table, out columns);
        return error is null;
    }

    internal static OvsdbError? Parse(JsonElement json, TableSchema table, out ColumnSchema[] columns)
    {
        columns = [];
        if (json.ValueKind != JsonValueKind.Array) return Unexpected(json);
        var found = new List<ColumnSchema>(json.GetArrayLength());
        foreach (JsonElement element in json.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String) return Unexpected(json);
            string name = JsonAccess.Text(element);
            if (!table.TryGetColumn(name, out ColumnSchema? column)) return DatumParser.Syntax(json, $"{name} is not a valid column name");
            if (found.Contains(column)) return Unexpected(json);
            found.Add(column);
        }

        columns = [.. found];
        return null;
    }

    /// <summary><c>columns "a", "b", and "c"</c></summary>
    internal static string English(IReadOnlyList<ColumnSchema> columns) =>
        $"column{(columns.Count > 1 ? "s" : "")} {EnglishList.Join(columns.Select(c => $"\"{c.Name}\""))}";

    private static OvsdbError Unexpected(JsonElement json) => DatumParser.Syntax(json, "array of distinct column names expected");
}
