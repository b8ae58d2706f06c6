using System.Globalization;
using System.Text;

namespace Fabric.Ovsdb.Tests;

/// <summary>The database beside its naive twin on random transactions.</summary>
public sealed class TwinTests
{
    private const int TransactionCount = 1000;

    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("FABRIC_SEED"), CultureInfo.InvariantCulture, out int seed) ? seed : 20261122;

    private static readonly DatabaseSchema Schema = Schemas.Parse(
        """
        {"name":"twins","tables":{
          "root":{"isRoot":true,"indexes":[["name"],["a","b"]],"columns":{
            "name":{"type":"string"},"a":{"type":"integer"},"b":{"type":"integer"},
            "nodes":{"type":{"key":{"type":"uuid","refTable":"node"},"min":0,"max":"unlimited"}},
            "friends":{"type":{"key":{"type":"uuid","refTable":"root","refType":"weak"},"min":0,"max":"unlimited"}}}},
          "node":{"columns":{
            "next":{"type":{"key":{"type":"uuid","refTable":"node"},"min":0}},
            "more":{"type":{"key":"integer","value":{"type":"uuid","refTable":"node"},"min":0,"max":"unlimited"}},
            "seen":{"type":{"key":{"type":"uuid","refTable":"node","refType":"weak"},
                    "value":{"type":"uuid","refTable":"root","refType":"weak"},"min":0,"max":"unlimited"}}}},
          "few":{"isRoot":true,"maxRows":4,"columns":{
            "must":{"type":{"key":{"type":"uuid","refTable":"root","refType":"weak"},"min":1,"max":2}}}}}}
        """);

    private readonly Random _random = new(Seed);
    private readonly Database _database = new(Schema, new Random(1));
    private readonly NaiveDatabase _twin = new(Schema);
    private readonly List<string> _operations = [];
    private int _count;

    [Fact]
    public void Random_transactions_end_the_same()
    {
        int failed = 0;
        for (int i = 0; i < TransactionCount; i++)
        {
            _operations.Clear();
            string? expected = _twin.Commit(rows =>
            {
                for (int j = _random.Next(1, 5); j > 0; j--) Change(rows);
            });
            string text = $"[{string.Join(',', _operations)}]";
            TransactResult result = _database.Execute(Encoding.UTF8.GetBytes(text), default(TransactTerms));
            string which = $"transaction {i} of FABRIC_SEED={Seed}: {text}";
            Assert.True(expected == result.Error?.Error, $"{which}\nexpected: {expected}\nfound: {result.Error}");
            Compare(which);
            DatabaseInvariants.Check(_database);
            failed += expected is null ? 0 : 1;
        }

        Assert.InRange(failed, TransactionCount / 20, TransactionCount * 3 / 4);
    }

    private void Compare(string which)
    {
        Row[] rows = [.. _database.Tables.SelectMany(t => t.Rows)];
        Assert.True(_twin.Rows.Count == rows.Length, $"{which}\n{_twin.Rows.Count} rows expected, {rows.Length} found");
        foreach (Row row in rows)
        {
            Assert.True(_twin.Rows.TryGetValue(row.Id, out NaiveRow? twin), $"{which}\n{row} should not be there");
            foreach ((ColumnSchema column, Datum datum) in twin.Values)
                Assert.True(datum.Equals(row[column]), $"{which}\n{row} {column}: expected {datum}, found {row[column]}");
        }
    }

    private void Change(Dictionary<Guid, NaiveRow> rows)
    {
        TableSchema table = Schema.Tables[_random.Next(Schema.Tables.Length)];
        NaiveRow[] present = [.. rows.Values.Where(r => r.Table == table)];
        int dice = _random.Next(10);
        if (dice < 4 || present.Length == 0) Insert(rows, table);
        else if (dice < 8) Update(rows, table);
        else Delete(rows, table);
    }

    private void Insert(Dictionary<Guid, NaiveRow> rows, TableSchema table)
    {
        var id = new Guid(7, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, (byte)(_count >> 8), (byte)_count);
        _count++;
        var row = new NaiveRow(table, table.OwnColumns.ToDictionary(c => c, c => c.Type.Default));
        rows.Add(id, row);
        foreach (ColumnSchema column in table.OwnColumns) row.Values[column] = Value(column, rows);
        _operations.Add($$"""{"op":"insert","table":"{{table.Name}}","uuid":"{{id}}","row":{{Json(row.Values)}}}""");
    }

    private void Update(Dictionary<Guid, NaiveRow> rows, TableSchema table)
    {
        Guid id = Any(rows, table);
        ColumnSchema column = table.OwnColumns[_random.Next(table.OwnColumns.Length)];
        Datum value = Value(column, rows);
        rows[id].Values[column] = value;
        string row = Json(new() { [column] = value });
        _operations.Add($$"""{"op":"update","table":"{{table.Name}}","where":[["_uuid","==",["uuid","{{id}}"]]],"row":{{row}}}""");
    }

    private void Delete(Dictionary<Guid, NaiveRow> rows, TableSchema table)
    {
        Guid id = Any(rows, table);
        rows.Remove(id);
        _operations.Add($$"""{"op":"delete","table":"{{table.Name}}","where":[["_uuid","==",["uuid","{{id}}"]]]}""");
    }

    private Guid Any(Dictionary<Guid, NaiveRow> rows, TableSchema table)
    {
        Guid[] ids = [.. rows.Where(r => r.Value.Table == table).Select(r => r.Key)];
        return ids.Length == 0 ? Guid.Empty : ids[_random.Next(ids.Length)];
    }

    private Datum Value(ColumnSchema column, Dictionary<Guid, NaiveRow> rows)
    {
        int count = _random.Next((int)column.Type.Min, (int)Math.Min(column.Type.Max, 3) + 1);
        Atom[] keys = [.. Enumerable.Range(0, count).Select(_ => Value(column.Type.Key, rows)).Distinct()];
        return column.Type.Value is null
            ? Datum.OfSet(keys)
            : Datum.OfMap(keys.Select(k => KeyValuePair.Create(k, Value(column.Type.Value, rows))));
    }

    private Atom Value(ElementType type, Dictionary<Guid, NaiveRow> rows) => type.Atomic switch
    {
        AtomicType.Integer => Atom.Integer(_random.Next(12)),
        AtomicType.String => Atom.String($"n{_random.Next(300)}"),

        // Now and then a row that is not there.
        _ => Atom.Uuid(_random.Next(40) == 0 ? new Guid(9, 0, 0, new byte[8]) : Any(rows, Schema.Table(type.RefTable!))),
    };

    private static string Json(Dictionary<ColumnSchema, Datum> values)
    {
        var json = new JsonBuffer();
        json.Append((byte)'{');
        foreach ((ColumnSchema column, Datum datum) in values)
        {
            if (json.Size > 1) json.Append((byte)',');
            json.AppendString(column.Name);
            json.Append((byte)':');
            DatumJson.Write(json, datum, column.Type);
        }

        json.Append((byte)'}');
        return json.ToString();
    }
}
