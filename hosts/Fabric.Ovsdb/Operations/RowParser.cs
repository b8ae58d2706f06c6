using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>The "row" of an operation: an object with some of a table's columns.</summary>
internal static class RowParser
{
    /// <param name="take">Called for each column in turn.</param>
    public static OvsdbError? Parse(JsonElement json, TableSchema table, Symbols? symbols, Action<ColumnSchema, Datum> take)
    {
        if (json.ValueKind != JsonValueKind.Object) return DatumParser.Syntax(json, "row must be JSON object");
        foreach (JsonProperty member in json.EnumerateObject())
        {
            string name = JsonAccess.Name(member);
            if (!table.TryGetColumn(name, out ColumnSchema? column))
                return new OvsdbError("unknown column", $"No column {name} in table {table.Name}.", JsonEcho.Of(json));
            if (DatumParser.Parse(member.Value, column.Type, symbols, out Datum datum) is { } error) return error;
            take(column, datum.Equals(column.Type.Default) ? column.Type.Default : datum);
        }

        return null;
    }
}
