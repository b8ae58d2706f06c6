using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>Schemas from JSON, with ovsdb-server's checks in its order and words.</summary>
internal static class SchemaParser
{
    private const MemberKinds OptionalBoolean = MemberKinds.Boolean | MemberKinds.Optional;

    public static OvsdbError? Parse(JsonElement json, out DatabaseSchema? schema)
    {
        schema = null;
        var reader = new ObjectReader(json, "database schema");
        reader.TryGet("name", MemberKinds.Id, out JsonElement name);
        bool hasVersion = reader.TryGet("version", MemberKinds.String | MemberKinds.Optional, out JsonElement version);
        bool hasChecksum = reader.TryGet("cksum", MemberKinds.String | MemberKinds.Optional, out JsonElement checksum);
        reader.TryGet("tables", MemberKinds.Object, out JsonElement tables);
        if (reader.Finish() is { } error) return error;
        if (hasVersion && !IsVersion(JsonAccess.Text(version)))
            return DatumParser.Syntax(json, $"schema version \"{JsonAccess.Text(version)}\" not in format x.y.z");

        var parsed = new Dictionary<string, TableSchema>();
        foreach (JsonProperty member in tables.EnumerateObject())
        {
            string tableName = JsonAccess.Name(member);
            if (CheckName(json, tableName) is { } wrong) return wrong;
            if (ParseTable(member.Value, tableName, out TableSchema? table) is { } bad) return bad;
            parsed[tableName] = table!;
        }

        if (parsed.Values.All(t => !t.IsRoot))
        {
            // Schemas from before garbage collection have no root set: then every table is in it.
            foreach (TableSchema table in parsed.Values) table.IsRoot = true;
        }

        foreach (TableSchema table in parsed.Values)
        {
            if (CheckReferences(table, parsed) is { } dangling) return dangling;
        }

        schema = new DatabaseSchema(JsonAccess.Text(name), hasVersion ? JsonAccess.Text(version) : "",
            hasChecksum ? JsonAccess.Text(checksum) : "", parsed.Values);
        return null;
    }

    private static OvsdbError? CheckName(JsonElement owner, string name)
    {
        if (name.StartsWith('_')) return DatumParser.Syntax(owner, "names beginning with \"_\" are reserved");
        return JsonAccess.IsId(name) ? null : DatumParser.Syntax(owner, "name must be a valid id");
    }

    private static bool IsVersion(string text)
    {
        string[] parts = text.Split('.');
        return parts.Length == 3 && parts.All(p => uint.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _));
    }

    private static OvsdbError? ParseTable(JsonElement json, string name, out TableSchema? table)
    {
        table = null;
        var reader = new ObjectReader(json, $"table schema for table {name}");
        reader.TryGet("columns", MemberKinds.Object, out JsonElement columns);
        bool isMutable = !reader.TryGet("mutable", OptionalBoolean, out JsonElement mutable) || mutable.GetBoolean();
        bool hasMaxRows = reader.TryGet("maxRows", MemberKinds.Integer | MemberKinds.Optional, out JsonElement maxRows);
        bool isRoot = reader.TryGet("isRoot", OptionalBoolean, out JsonElement root) && root.GetBoolean();
        bool hasIndexes = reader.TryGet("indexes", MemberKinds.Array | MemberKinds.Optional, out JsonElement indexes);
        if (reader.Finish() is { } error) return error;

        long limit = uint.MaxValue;
        if (hasMaxRows && (!JsonAccess.TryGetInteger(maxRows, out limit) || limit <= 0))
            return DatumParser.Syntax(json, "maxRows must be at least 1");
        if (!columns.EnumerateObject().Any()) return DatumParser.Syntax(json, "table must have at least one column");

        var parsed = new Dictionary<string, (string, ColumnType, bool, bool)>();
        foreach (JsonProperty member in columns.EnumerateObject())
        {
            string columnName = JsonAccess.Name(member);
            if (CheckName(json, columnName) is { } wrong) return wrong;
            if (ParseColumn(member.Value, columnName, out var column) is { } bad) return bad;
            parsed[columnName] = column;
        }

        table = new TableSchema(name, isMutable, (uint)Math.Min(limit, uint.MaxValue), parsed.Values) { IsRoot = isRoot };
        return hasIndexes ? ParseIndexes(json, indexes, table) : null;
    }

    private static OvsdbError? ParseIndexes(JsonElement tableJson, JsonElement json, TableSchema table)
    {
        var all = ImmutableArray.CreateBuilder<ImmutableArray<ColumnSchema>>();
        foreach (JsonElement index in json.EnumerateArray())
        {
            if (ColumnSets.Parse(index, table, out ColumnSchema[] columns) is { } error) return error;
            if (columns.Length == 0) return DatumParser.Syntax(tableJson, "index must have at least one column");
            if (columns.FirstOrDefault(c => c.IsEphemeral) is { } ephemeral)
                return DatumParser.Syntax(tableJson, $"ephemeral columns (such as {ephemeral.Name}) may not be indexed");
            all.Add([.. columns]);
        }

        table.Indexes = all.ToImmutable();
        return null;
    }

    private static OvsdbError? ParseColumn(JsonElement json, string name, out (string, ColumnType, bool, bool) column)
    {
        column = default;
        var reader = new ObjectReader(json, $"schema for column {name}");
        bool isMutable = !reader.TryGet("mutable", OptionalBoolean, out JsonElement mutable) || mutable.GetBoolean();
        bool isEphemeral = reader.TryGet("ephemeral", OptionalBoolean, out JsonElement ephemeral) && ephemeral.GetBoolean();
        reader.TryGet("type", MemberKinds.String | MemberKinds.Object, out JsonElement typeJson);
        if (reader.Finish() is { } error) return error;
        if (TypeParser.Parse(typeJson, out ColumnType? type) is { } bad) return bad;

        // A weak reference has to change when the row it names goes away.
        column = (name, type!, isMutable || type!.HasWeakReference, isEphemeral);
        return null;
    }

    private static OvsdbError? CheckReferences(TableSchema table, Dictionary<string, TableSchema> tables)
    {
        foreach (ColumnSchema column in table.OwnColumns)
        {
            foreach ((ElementType? type, string part) in new[] { (column.Type.Key, "key"), (column.Type.Value, "value") })
            {
                if (type?.RefTable is null) continue;
                if (!tables.TryGetValue(type.RefTable, out TableSchema? target))
                    return new OvsdbError("syntax error", $"column {column.Name} {part} refers to undefined table {type.RefTable}");

                // If an ephemeral reference were all that keeps a row alive, the log would be replayed without the row.
                if (type.IsStrongReference && !target.IsRoot) column.IsEphemeral = false;
            }
        }

        return null;
    }
}
