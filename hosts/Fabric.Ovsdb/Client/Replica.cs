using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>
/// A client's copy of tables, as the server's updates describe them (RFC 7047, 4.1.6; ovsdb-server(7), "update2", "update3"). Columns that
/// are not watched have their defaults.
/// </summary>
public sealed class Replica
{
    private static readonly Dictionary<Guid, Row> NoRows = [];

    private readonly Dictionary<string, Dictionary<Guid, Row>> _tables = [];

    internal Replica(DatabaseSchema schema) => Schema = schema;

    public DatabaseSchema Schema { get; }

    public IEnumerable<Row> AllRows => _tables.Values.SelectMany(t => t.Values);

    public IReadOnlyDictionary<Guid, Row> Rows(string table) => _tables.GetValueOrDefault(table) ?? NoRows;

    public bool TryGet(string table, Guid id, [NotNullWhen(true)] out Row? row) => Rows(table).TryGetValue(id, out row);

    internal void Clear() => _tables.Clear();

    /// <summary>Takes "table-updates" in either form. Returns what is wrong with them; then some of them may have been taken.</summary>
    internal string? Apply(JsonElement updates, List<RowChange> changes)
    {
        if (updates.ValueKind != JsonValueKind.Object) return "table-updates are not an object";
        foreach (var table in updates.EnumerateObject())
        {
            string name = JsonAccess.Name(table);
            if (!Schema.TryGetTable(name, out var schema)) return $"the server sends rows of a table {name}";
            if (table.Value.ValueKind != JsonValueKind.Object) return $"updates of table {name} are not an object";
            if (!_tables.TryGetValue(name, out var rows)) _tables.Add(name, rows = []);
            foreach (var row in table.Value.EnumerateObject())
            {
                if (!UuidText.TryParse(JsonAccess.Name(row), out var id)) return $"\"{JsonAccess.Name(row)}\" is no UUID";
                if (Apply(schema, rows, id, row.Value, changes) is { } wrong) return $"{name} {id}: {wrong}";
            }
        }
        return null;
    }

    private static string? Apply(TableSchema table, Dictionary<Guid, Row> rows, Guid id, JsonElement update, List<RowChange> changes)
    {
        rows.TryGetValue(id, out var old);
        if (RowUpdateReader.Read(table, id, old, update, out var changed) is { } wrong) return wrong;
        if (changed is null) rows.Remove(id);
        else rows[id] = changed;
        if (old is not null || changed is not null) changes.Add(new RowChange(table, id, old, changed));
        return null;
    }
}
