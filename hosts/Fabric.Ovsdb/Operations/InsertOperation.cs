using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>RFC 7047, section 5.2.1, with ovsdb-server's "uuid" member, by which the client chooses the row's UUID.</summary>
internal sealed class InsertOperation : Operation
{
    private readonly Table? _table;
    private readonly JsonElement? _uuid;
    private readonly JsonElement? _name;
    private readonly JsonElement _row;

    public InsertOperation(ObjectReader reader, Database database)
    {
        _table = TakeTable(reader, database);
        if (reader.TryGet("uuid", MemberKinds.String | MemberKinds.Optional, out JsonElement uuid)) _uuid = uuid;
        if (reader.TryGet("uuid-name", MemberKinds.Id | MemberKinds.Optional, out JsonElement name)) _name = name;
        reader.TryGet("row", MemberKinds.Object, out _row);
    }

    public override OvsdbError? Execute(OperationContext context)
    {
        if (ChooseUuid(context, out Guid uuid) is { } refused) return refused;
        var values = (Datum[])_table!.Schema.Defaults.Clone();
        OvsdbError? error = RowParser.Parse(_row, _table.Schema, context.Symbols, (column, datum) =>
        {
            // The two columns that every table has are not the client's to choose, but it may name them.
            if (column.Index >= TableSchema.FirstOwnIndex) values[column.Index - TableSchema.FirstOwnIndex] = datum;
        });
        error ??= CheckDefaults(values);
        if (error is not null) return error;

        context.Transaction.Insert(_table, uuid, values);
        context.Reply.Append("{\"uuid\":"u8);
        context.Reply.AppendUuid(uuid);
        context.Reply.Append((byte)'}');
        return null;
    }

    private OvsdbError? ChooseUuid(OperationContext context, out Guid uuid)
    {
        uuid = default;
        Guid? chosen = null;
        if (_uuid is { } uuidJson)
        {
            if (!UuidText.TryParse(JsonAccess.Text(uuidJson), out Guid parsed)) return DatumParser.Syntax(uuidJson, "bad uuid");
            if (_table!.TryGetSlot(parsed, out _))
            {
                return new OvsdbError("duplicate uuid",
                    "This UUID would duplicate a UUID already present within the table or deleted within the same transaction.",
                    JsonEcho.Of(uuidJson));
            }

            chosen = parsed;
        }

        if (_name is { } nameJson && !context.Symbols.TryCreate(JsonAccess.Text(nameJson), ref chosen))
        {
            return new OvsdbError("duplicate uuid-name", "This \"uuid-name\" appeared on an earlier \"insert\" operation.",
                JsonEcho.Of(nameJson));
        }

        uuid = chosen ?? context.Database.NewUuid();
        return null;
    }

    /// <summary>A default need not satisfy the column's constraints.</summary>
    private OvsdbError? CheckDefaults(Datum[] values)
    {
        foreach (ColumnSchema column in _table!.Schema.ConstrainedDefaults)
        {
            if (ReferenceEquals(values[column.Index - TableSchema.FirstOwnIndex], column.Type.Default)) return column.DefaultError;
        }

        return null;
    }
}
