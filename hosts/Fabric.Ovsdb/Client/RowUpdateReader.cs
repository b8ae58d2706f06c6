using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>Reads one row's part of an update; the counterpart of <see cref="RowUpdate"/>.</summary>
internal static class RowUpdateReader
{
    /// <summary>The row after the update, null if it is gone. Returns what is wrong with the update.</summary>
    public static string? Read(TableSchema table, Guid id, Row? old, JsonElement update, out Row? changed)
    {
        changed = old;
        if (update.ValueKind != JsonValueKind.Object) return "an update of a row is not an object";
        if (update.TryGetProperty("delete"u8, out _))
        {
            changed = null;
            return null;
        }
        if (update.TryGetProperty("modify"u8, out var difference))
            return old is null ? "a row that is not there is modified" : Write(changed = old.Clone(), difference, isDifference: true);
        if (update.TryGetProperty("initial"u8, out var values) || update.TryGetProperty("insert"u8, out values))
            return Write(changed = NewRow(table, id), values, isDifference: false);
        if (update.TryGetProperty("new"u8, out values))
            return Write(changed = old?.Clone() ?? NewRow(table, id), values, isDifference: false);
        if (!update.TryGetProperty("old"u8, out _)) return "an update of a row says nothing";
        changed = null;
        return null;
    }

    private static Row NewRow(TableSchema table, Guid id) => new(table, id, Guid.Empty, (Datum[])table.Defaults.Clone());

    private static string? Write(Row row, JsonElement columns, bool isDifference)
    {
        if (columns.ValueKind != JsonValueKind.Object) return "the columns of a row are not an object";
        foreach (var member in columns.EnumerateObject())
        {
            if (!row.Table.TryGetColumn(JsonAccess.Name(member), out var column)) return $"there is no column {JsonAccess.Name(member)}";
            // A difference may hold fewer or more elements than the column, and values of elements that go.
            var (key, pair) = (column.Type.Key, column.Type.Value);
            if (DatumParser.Parse(member.Value, key, pair, 0, ColumnType.Unlimited, null, out var value) is { } wrong)
                return $"{column.Name}: {wrong}";
            if (column.Index == TableSchema.VersionIndex) row.Version = value.Uuid ?? Guid.Empty;
            if (column.Index < TableSchema.FirstOwnIndex) continue;
            row.Set(column, isDifference ? row[column].Patch(value, column.Type) : value);
        }
        return null;
    }
}
