using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fabric.Ovsdb;

namespace Fabric.Interop.Tests;

/// <summary>
/// The engine and ovsdb-server with the same content, asked the same. One fault of ovsdb-server 3.1 has to be worked around: where a
/// transaction changes one row and deletes another that the first names weakly, it may forget to remove the reference, according to which
/// of the two its hash table has first (ovsdb/transaction.c, assess_weak_refs, visits each row once). Such a reference is removed
/// from it by hand, and counted.
/// </summary>
internal sealed class DatabasePair(Database database, StockDatabase stock)
{
    public Database Database => database;

    /// <summary>Times that several things were wrong and the two told different ones.</summary>
    public int OneOfSeveralCount { get; private set; }

    /// <summary>References to missing rows that ovsdb-server had kept.</summary>
    public int DanglingCount { get; private set; }

    /// <summary>Runs a transaction on both.</summary>
    /// <returns>Ours.</returns>
    public TransactResult Run(string operations, string which)
    {
        TransactResult result = database.Execute(Encoding.UTF8.GetBytes(operations), default(TransactTerms));
        bool isTooFew = result.Error?.Details?.StartsWith("Deletion of", StringComparison.Ordinal) == true;
        if (isTooFew && operations.Contains("\"row\":{", StringComparison.Ordinal)) return result;

        string ours = ReplyText.Normalize(Encoding.UTF8.GetString(result.Replies));
        string theirs = ReplyText.Normalize(stock.Transact(operations));
        if (ReplyText.IsSameButForOneOfSeveralFaults(ours, theirs)) OneOfSeveralCount++;
        else Assert.True(ours == theirs, $"{which}:\n{operations}\n{ReplyText.Difference(ours, theirs)}");
        if (result.Commit is { } commit && commit.Changes.Any(c => c.New is null)) RemoveDangling(commit);
        return result;
    }

    /// <summary>Compares all rows.</summary>
    public void CompareRows(string which)
    {
        var selects = new JsonArray([.. database.Tables.Select(t => Select(t.Schema.Name, []))]);
        Run(selects.ToJsonString(), which);
    }

    private void RemoveDangling(Commit commit)
    {
        foreach (RowChange change in commit.Changes)
        {
            ColumnSchema[] columns = [.. change.Table.OwnColumns.Where(c => c.Type.HasWeakReference)];
            if (change.Old is null || change.New is null || columns.Length == 0) continue;
            var where = new JsonArray(new JsonArray("_uuid", "==", new JsonArray("uuid", change.Id.ToString())));
            JsonObject select = Select(change.Table.Name, where);
            select["columns"] = new JsonArray([.. columns.Select(c => JsonValue.Create(c.Name))]);
            using JsonDocument reply = JsonDocument.Parse(stock.Transact($"[{select.ToJsonString()}]"));
            JsonElement row = reply.RootElement[0].GetProperty("rows")[0];
            foreach (ColumnSchema column in columns) RemoveDangling(change, column, row.GetProperty(column.Name), where);
        }
    }

    private void RemoveDangling(RowChange change, ColumnSchema column, JsonElement theirs, JsonArray where)
    {
        Datum ours = change.New![column];
        Assert.True(DatumParser.TryParse(theirs, column.Type with { Min = 0 }, out Datum kept, out _));
        if (kept.Equals(ours)) return;

        foreach (Guid missing in References(kept, column.Type))
        {
            bool isThere = database.Tables.Any(t => t.TryGet(missing, out _));
            Assert.True(isThere || !References(ours, column.Type).Contains(missing));
            if (!isThere) DanglingCount++;
        }

        var json = new JsonBuffer();
        DatumJson.Write(json, ours, column.Type);
        var update = new JsonObject
        {
            ["op"] = "update", ["table"] = change.Table.Name, ["where"] = where.DeepClone(),
            ["row"] = new JsonObject { [column.Name] = JsonNode.Parse(json.Written) },
        };
        stock.Transact($"[{update.ToJsonString()}]");
    }

    private static IEnumerable<Guid> References(Datum datum, ColumnType type) =>
        (type.Key.IsWeakReference ? datum.Keys : datum.Values).ToArray().Select(a => a.AsUuid);

    private static JsonObject Select(string table, JsonArray where) =>
        new() { ["op"] = "select", ["table"] = table, ["where"] = where.DeepClone() };
}
