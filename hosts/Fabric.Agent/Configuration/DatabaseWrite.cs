using Fabric.Ovsdb;

namespace Fabric.Agent.Configuration;

/// <summary>
/// Collects what is to be written into rows, and makes one transaction of what differs from what the database holds (RFC 7047, section
/// 5.2.3). A row that is gone by then is not found by its update, which is no error.
/// </summary>
public sealed class DatabaseWrite
{
    private readonly Dictionary<Guid, Change> _changes = [];

    private sealed record Change(Row Row, List<(ColumnSchema Column, Datum Value)> Columns);

    public bool IsEmpty => _changes.Count == 0;

    public void Set(Row row, string column, Datum value)
    {
        var schema = row.Table.Column(column);
        if (row[schema].Equals(value)) return;
        if (!_changes.TryGetValue(row.Id, out var change)) _changes.Add(row.Id, change = new Change(row, []));
        change.Columns.Add((schema, value));
    }

    public void Set(Row row, string column, string? value) => Set(row, column, value is null ? Datum.Empty : Datum.Of(value));

    public void Set(Row row, string column, long? value) => Set(row, column, value is { } number ? Datum.Of(number) : Datum.Empty);

    public void Set(Row row, string column, bool? value) => Set(row, column, value is { } flag ? Datum.Of(flag) : Datum.Empty);

    public void Set(Row row, string column, IReadOnlyDictionary<string, string> map) => Set(row, column, Datum.OfMap(map));

    public void Set(Row row, string column, IEnumerable<string> set) => Set(row, column, Datum.OfSet([.. set.Select(Atom.String)]));

    public void Set(Row row, string column, IEnumerable<(string Key, long Value)> counters) => Set(row, column,
        Datum.OfMap(counters.Select(c => KeyValuePair.Create(Atom.String(c.Key), Atom.Integer(c.Value)))));

    /// <summary>The operations of a transaction, a JSON array.</summary>
    public byte[] ToOperations()
    {
        var json = new JsonBuffer();
        json.Append((byte)'[');
        foreach (var change in _changes.Values)
        {
            if (json.Size > 1) json.Append((byte)',');
            Write(json, change);
        }

        json.Append((byte)']');
        return json.ToArray();
    }

    private static void Write(JsonBuffer json, Change change)
    {
        json.Append("{\"op\":\"update\",\"table\":"u8);
        json.AppendString(change.Row.Table.Name);
        json.Append(",\"where\":[[\"_uuid\",\"==\","u8);
        json.AppendUuid(change.Row.Id);
        json.Append("]],\"row\":{"u8);
        for (var i = 0; i < change.Columns.Count; i++)
        {
            var (column, value) = change.Columns[i];
            if (i > 0) json.Append((byte)',');
            json.AppendString(column.Name);
            json.Append((byte)':');
            DatumJson.Write(json, value, column.Type);
        }

        json.Append("}}"u8);
    }
}
