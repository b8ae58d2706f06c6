using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>
/// Puts the records of an OVSDB file back into a database. What records leave out (unreferenced rows that went, for example) follows by the
/// same rules as in a transaction.
/// </summary>
internal sealed class RecordReplay(Database database)
{
    private readonly Transaction _transaction = new(database);

    public OvsdbError? Run(JsonElement record, out Commit? commit)
    {
        commit = null;
        OvsdbError? error = Apply(record);
        if (error is null) return _transaction.TryCommit(out commit);
        _transaction.Abort();
        return error;
    }

    private OvsdbError? Apply(JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object) return DatumParser.Syntax(record, "object expected");
        bool isDifference = JsonAccess.TryGetMember(record, "_is_diff", out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
        foreach (JsonProperty member in record.EnumerateObject())
        {
            string name = JsonAccess.Name(member);
            if (database.TryGetTable(name, out Table? table))
            {
                if (ApplyTable(table, member.Value, isDifference) is { } error) return error;
            }
            else if (!IsNote(name, member.Value))
            {
                return new OvsdbError("unknown table", $"No table named {name}.", JsonEcho.Of(record));
            }
        }

        return null;
    }

    private bool IsNote(string name, JsonElement value)
    {
        if (name == "_comment" && value.ValueKind == JsonValueKind.String) _transaction.AddComment(JsonAccess.Text(value));
        return name switch
        {
            "_date" => JsonAccess.TryGetInteger(value, out _),
            "_is_diff" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            _ => name == "_comment",
        };
    }

    private OvsdbError? ApplyTable(Table table, JsonElement json, bool isDifference)
    {
        if (json.ValueKind != JsonValueKind.Object) return DatumParser.Syntax(json, "object expected");
        foreach (JsonProperty member in json.EnumerateObject())
        {
            string text = JsonAccess.Name(member);
            if (!UuidText.TryParse(text, out Guid id)) return DatumParser.Syntax(json, $"\"{text}\" is not a valid UUID");
            if (ApplyRow(table, id, member.Value, isDifference) is { } error) return error;
        }

        return null;
    }

    private OvsdbError? ApplyRow(Table table, Guid id, JsonElement json, bool isDifference)
    {
        RowSlot? slot = table.TryGetSlot(id, out RowSlot? found) && found.Row is not null ? found : null;
        if (json.ValueKind == JsonValueKind.Null)
        {
            if (slot is null) return new OvsdbError("syntax error", $"transaction deletes row {id} that does not exist");
            _transaction.Delete(slot);
            return null;
        }

        bool isNew = slot is null;
        if (slot is null)
        {
            if (found is not null) return new OvsdbError("syntax error", $"transaction inserts row {id} that it deletes");
            _transaction.Insert(table, id, (Datum[])table.Schema.Defaults.Clone());
            table.TryGetSlot(id, out slot);
        }

        return ApplyColumns(slot!, json, isDifference && !isNew);
    }

    private OvsdbError? ApplyColumns(RowSlot slot, JsonElement json, bool isDifference)
    {
        TableSchema schema = slot.Table.Schema;
        if (json.ValueKind != JsonValueKind.Object) return DatumParser.Syntax(json, "row must be JSON object");
        foreach (JsonProperty member in json.EnumerateObject())
        {
            string name = JsonAccess.Name(member);
            if (!schema.TryGetColumn(name, out ColumnSchema? column) || column.Index < TableSchema.FirstOwnIndex)
                return new OvsdbError("unknown column", $"No column {name} in table {schema.Name}.", JsonEcho.Of(json));
            Datum present = slot.Row![column];

            // A difference may have more or fewer elements than the column.
            bool isPatch = isDifference && column.Type.IsComposite;
            (uint min, uint max) = isPatch ? (0, ColumnType.Unlimited) : (column.Type.Min, column.Type.Max);
            OvsdbError? error = DatumParser.Parse(member.Value, column.Type.Key, column.Type.Value, min, max, null, out Datum datum);
            if (error is not null) return error;
            if (isPatch) datum = present.Patch(datum, column.Type);
            if (!column.Type.Accepts(datum.Count)) return OvsdbError.Unnamed("Datum crated by diff has size error");
            _transaction.Set(slot, column, datum.Equals(column.Type.Default) ? column.Type.Default : datum);
        }

        return null;
    }
}
