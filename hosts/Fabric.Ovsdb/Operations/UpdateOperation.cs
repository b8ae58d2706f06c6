using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>RFC 7047, section 5.2.3.</summary>
internal sealed class UpdateOperation : Operation
{
    private readonly JsonElement _json;
    private readonly Table? _table;
    private readonly JsonElement _where;
    private readonly JsonElement _row;

    public UpdateOperation(ObjectReader reader, Database database)
    {
        _json = reader.Json;
        _table = TakeTable(reader, database);
        reader.TryGet("where", MemberKinds.Array, out _where);
        reader.TryGet("row", MemberKinds.Object, out _row);
    }

    public override OvsdbError? Execute(OperationContext context)
    {
        TableSchema schema = _table!.Schema;
        var values = new List<(ColumnSchema Column, Datum Datum)>();
        OvsdbError? error = RowParser.Parse(_row, schema, context.Symbols, (column, datum) => values.Add((column, datum)));
        if (error is not null) return error;
        foreach ((ColumnSchema column, _) in values)
        {
            if (column.IsMutable) continue;
            return new OvsdbError("constraint violation", $"Cannot update immutable column {column.Name} in table {schema.Name}.",
                JsonEcho.Of(_json));
        }

        error = Condition.Parse(_where, schema, context.Symbols, out Condition? condition);
        if (error is not null) return error;
        List<RowSlot> slots = condition!.Select(_table);
        foreach (RowSlot slot in slots)
        {
            foreach ((ColumnSchema column, Datum datum) in values) context.Transaction.Set(slot, column, datum);
        }

        ReplyCount(context, slots.Count);
        return null;
    }
}
