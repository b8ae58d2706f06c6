using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>
/// RFC 7047, section 5.2.6: holds the transaction until some rows look as expected. A wait without a timeout waits for ever; one whose
/// timeout has passed fails, with timeout 0 at once.
/// </summary>
internal sealed class WaitOperation : Operation
{
    private readonly JsonElement? _timeout;
    private readonly JsonElement _where;
    private readonly JsonElement? _columns;
    private readonly JsonElement _until;
    private readonly JsonElement _rows;
    private readonly Table? _table;

    public WaitOperation(ObjectReader reader, Database database)
    {
        if (reader.TryGet("timeout", MemberKinds.Integer | MemberKinds.Optional, out JsonElement timeout)) _timeout = timeout;
        reader.TryGet("where", MemberKinds.Array, out _where);
        if (reader.TryGet("columns", MemberKinds.Array | MemberKinds.Optional, out JsonElement columns)) _columns = columns;
        reader.TryGet("until", MemberKinds.String, out _until);
        reader.TryGet("rows", MemberKinds.Array, out _rows);
        _table = TakeTable(reader, database);
    }

    public override bool IsReadOnly => true;

    public override OvsdbError? Execute(OperationContext context)
    {
        TableSchema schema = _table!.Schema;
        ColumnSchema[] columns = [.. schema.Columns];
        OvsdbError? error = Condition.Parse(_where, schema, context.Symbols, out Condition? condition);
        if (_columns is { } columnsJson) error ??= ColumnSets.Parse(columnsJson, schema, out columns);
        long timeoutMs = long.MaxValue;
        if (error is null && _timeout is { } timeoutJson) error = TakeTimeout(timeoutJson, context, out timeoutMs);
        string until = JsonAccess.Text(_until);
        if (error is null && until is not ("==" or "!=")) error = DatumParser.Syntax(_until, "\"until\" must be \"==\" or \"!=\"");
        HashSet<Row> expected = [];
        error ??= ParseRows(context, new RowComparer(columns), out expected);
        if (error is not null) return error;

        bool isEqual = condition!.Select(_table).Select(s => s.Row!).ToHashSet(expected.Comparer).SetEquals(expected);
        if (isEqual == (until == "=="))
        {
            context.Reply.Append("{}"u8);
            return null;
        }

        return Fail(context, timeoutMs);
    }

    private OvsdbError Fail(OperationContext context, long timeoutMs)
    {
        long elapsedMs = context.Terms.ElapsedMs;
        if (_timeout is not null && elapsedMs >= timeoutMs)
        {
            return new OvsdbError("timed out",
                elapsedMs > 0 ? $"\"wait\" timed out after {elapsedMs} ms" : "\"where\" clause test failed");
        }

        context.IsBlocked = true;
        return new OvsdbError("not supported", "triggers not supported");
    }

    private static OvsdbError? TakeTimeout(JsonElement json, OperationContext context, out long timeoutMs)
    {
        JsonAccess.TryGetInteger(json, out timeoutMs);
        if (timeoutMs < 0) return DatumParser.Syntax(json, "timeout must be nonnegative");
        context.TimeoutMs = Math.Min(context.TimeoutMs, timeoutMs);
        return null;
    }

    private OvsdbError? ParseRows(OperationContext context, RowComparer comparer, out HashSet<Row> rows)
    {
        rows = new HashSet<Row>(comparer);
        foreach (JsonElement json in _rows.EnumerateArray())
        {
            (Guid id, Guid version) = (Guid.Empty, Guid.Empty);
            var values = (Datum[])_table!.Schema.Defaults.Clone();
            OvsdbError? error = RowParser.Parse(json, _table.Schema, context.Symbols, (column, datum) =>
            {
                if (column.Index == TableSchema.UuidIndex) id = datum.Uuid ?? id;
                else if (column.Index == TableSchema.VersionIndex) version = datum.Uuid ?? version;
                else values[column.Index - TableSchema.FirstOwnIndex] = datum;
            });
            if (error is not null) return error;
            rows.Add(new Row(_table.Schema, id, version, values));
        }

        return null;
    }
}
