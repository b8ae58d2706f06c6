using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>RFC 7047, section 5.2.2, with ovsdb-server's "sort" member.</summary>
internal sealed class SelectOperation : Operation
{
    private readonly Table? _table;
    private readonly JsonElement _where;
    private readonly JsonElement? _columns;
    private readonly JsonElement? _sort;

    public SelectOperation(ObjectReader reader, Database database)
    {
        _table = TakeTable(reader, database);
        reader.TryGet("where", MemberKinds.Array, out _where);
        if (reader.TryGet("columns", MemberKinds.Array | MemberKinds.Optional, out JsonElement columns)) _columns = columns;
        if (reader.TryGet("sort", MemberKinds.Array | MemberKinds.Optional, out JsonElement sort)) _sort = sort;
    }

    public override bool IsReadOnly => true;

    public override OvsdbError? Execute(OperationContext context)
    {
        TableSchema schema = _table!.Schema;
        ColumnSchema[] columns = [.. schema.Columns], sort = [];
        OvsdbError? error = Condition.Parse(_where, schema, context.Symbols, out Condition? condition);
        if (_columns is { } columnsJson) error ??= ColumnSets.Parse(columnsJson, schema, out columns);
        if (_sort is { } sortJson) error ??= ColumnSets.Parse(sortJson, schema, out sort);
        if (error is not null) return error;

        IEnumerable<Row> rows = condition!.Select(_table).Select(s => s.Row!);

        // Without their UUIDs rows may look the same; each look is told once.
        if (!columns.Any(c => c.Index == TableSchema.UuidIndex)) rows = rows.Distinct(new RowComparer(columns));
        if (sort.Length > 0) rows = rows.Order(new RowComparer(sort));
        Reply(context.Reply, rows, columns);
        return null;
    }

    private static void Reply(JsonBuffer json, IEnumerable<Row> rows, ColumnSchema[] columns)
    {
        json.Append("{\"rows\":["u8);
        bool isFirst = true;
        foreach (Row row in rows)
        {
            if (!isFirst) json.Append((byte)',');
            isFirst = false;
            RowJson.Write(json, row, columns);
        }

        json.Append("]}"u8);
    }
}
