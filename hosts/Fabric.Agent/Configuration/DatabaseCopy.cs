using Fabric.Ovsdb;

namespace Fabric.Agent.Configuration;

/// <summary>The rows of a switch's database as its agent last heard of them, by table and id.</summary>
public sealed class DatabaseCopy
{
    private static readonly Dictionary<Guid, Row> NoRows = [];

    private readonly Dictionary<string, Dictionary<Guid, Row>> _tables = [];

    public IReadOnlyDictionary<Guid, Row> Rows(string table) => _tables.GetValueOrDefault(table) ?? NoRows;

    /// <summary>The only row of <c>Open_vSwitch</c>; null while the database is new.</summary>
    public Row? Root => Rows("Open_vSwitch").Values.FirstOrDefault();

    public void Reset() => _tables.Clear();

    /// <param name="row">Null: it is gone.</param>
    public void Set(string table, Guid id, Row? row)
    {
        if (!_tables.TryGetValue(table, out var rows)) _tables.Add(table, rows = []);
        if (row is null) rows.Remove(id);
        else rows[id] = row;
    }

    /// <summary>The rows that a column refers to, in the order of their ids.</summary>
    public IEnumerable<Row> Referred(string table, Datum references)
    {
        var rows = Rows(table);
        var found = new List<Row>(references.Count);
        foreach (var atom in references.Keys)
            if (rows.TryGetValue(atom.AsUuid, out var row)) found.Add(row);
        return found;
    }
}
