using System.Collections.Immutable;

namespace Fabric.Ovsdb;

/// <summary>Schemas as JSON, without what is the default, as ovsdb-server writes them.</summary>
internal static class SchemaText
{
    public static byte[] Write(DatabaseSchema schema)
    {
        var json = new JsonBuffer();
        json.Append("{\"name\":"u8);
        json.AppendString(schema.Name);
        if (schema.Version.Length > 0)
        {
            json.Append(",\"version\":"u8);
            json.AppendString(schema.Version);
        }

        if (schema.Checksum.Length > 0)
        {
            json.Append(",\"cksum\":"u8);
            json.AppendString(schema.Checksum);
        }

        // A schema whose tables are all roots is one that does not mention roots.
        bool mentionsRoots = schema.Tables.Any(t => !t.IsRoot);
        json.Append(",\"tables\":{"u8);
        for (int i = 0; i < schema.Tables.Length; i++)
        {
            if (i > 0) json.Append((byte)',');
            WriteTable(json, schema.Tables[i], mentionsRoots);
        }

        json.Append("}}"u8);
        return json.ToArray();
    }

    private static void WriteTable(JsonBuffer json, TableSchema table, bool mentionsRoots)
    {
        json.AppendString(table.Name);
        json.Append(":{"u8);
        if (!table.IsMutable) json.Append("\"mutable\":false,"u8);
        if (mentionsRoots && table.IsRoot) json.Append("\"isRoot\":true,"u8);
        json.Append("\"columns\":{"u8);
        for (int i = 0; i < table.OwnColumns.Length; i++)
        {
            if (i > 0) json.Append((byte)',');
            WriteColumn(json, table.OwnColumns[i]);
        }

        json.Append((byte)'}');
        if (table.MaxRows != uint.MaxValue)
        {
            json.Append(",\"maxRows\":"u8);
            json.AppendInteger(table.MaxRows);
        }

        if (table.Indexes.Length > 0)
        {
            json.Append(",\"indexes\":["u8);
            for (int i = 0; i < table.Indexes.Length; i++) WriteIndex(json, table.Indexes[i], isFirst: i == 0);
            json.Append((byte)']');
        }

        json.Append((byte)'}');
    }

    private static void WriteIndex(JsonBuffer json, ImmutableArray<ColumnSchema> index, bool isFirst)
    {
        if (!isFirst) json.Append((byte)',');
        json.Append((byte)'[');
        for (int i = 0; i < index.Length; i++)
        {
            if (i > 0) json.Append((byte)',');
            json.AppendString(index[i].Name);
        }

        json.Append((byte)']');
    }

    private static void WriteColumn(JsonBuffer json, ColumnSchema column)
    {
        json.AppendString(column.Name);
        json.Append(":{"u8);
        if (!column.IsMutable) json.Append("\"mutable\":false,"u8);
        if (column.IsEphemeral) json.Append("\"ephemeral\":true,"u8);
        json.Append("\"type\":"u8);
        WriteType(json, column.Type);
        json.Append((byte)'}');
    }

    private static void WriteType(JsonBuffer json, ColumnType type)
    {
        if (type.IsScalar && !HasConstraints(type.Key))
        {
            json.AppendString(type.Key.Atomic.Name());
            return;
        }

        json.Append("{\"key\":"u8);
        WriteElement(json, type.Key);
        if (type.Value is not null)
        {
            json.Append(",\"value\":"u8);
            WriteElement(json, type.Value);
        }

        if (type.Min != 1)
        {
            json.Append(",\"min\":"u8);
            json.AppendInteger(type.Min);
        }

        if (type.Max == ColumnType.Unlimited) json.Append(",\"max\":\"unlimited\""u8);
        else if (type.Max != 1)
        {
            json.Append(",\"max\":"u8);
            json.AppendInteger(type.Max);
        }

        json.Append((byte)'}');
    }

    private static bool HasConstraints(ElementType type) => type != new ElementType(type.Atomic);

    private static void WriteElement(JsonBuffer json, ElementType type)
    {
        if (!HasConstraints(type))
        {
            json.AppendString(type.Atomic.Name());
            return;
        }

        json.Append("{\"type\":"u8);
        json.AppendString(type.Atomic.Name());
        if (type.Enum is not null)
        {
            json.Append(",\"enum\":"u8);
            DatumJson.Write(json, type.Enum, isMap: false);
        }

        if (type.MinInteger != long.MinValue) WriteMember(json, "minInteger", Atom.Integer(type.MinInteger));
        if (type.MaxInteger != long.MaxValue) WriteMember(json, "maxInteger", Atom.Integer(type.MaxInteger));
        if (type.MinReal != -double.MaxValue) WriteMember(json, "minReal", Atom.Real(type.MinReal));
        if (type.MaxReal != double.MaxValue) WriteMember(json, "maxReal", Atom.Real(type.MaxReal));
        if (type.MinLength != 0) WriteMember(json, "minLength", Atom.Integer(type.MinLength));
        if (type.MaxLength != uint.MaxValue) WriteMember(json, "maxLength", Atom.Integer(type.MaxLength));
        if (type.RefTable is not null) WriteMember(json, "refTable", Atom.String(type.RefTable));
        if (type.IsWeakReference) WriteMember(json, "refType", Atom.String("weak"));
        json.Append((byte)'}');
    }

    private static void WriteMember(JsonBuffer json, string name, Atom value)
    {
        json.Append((byte)',');
        json.AppendString(name);
        json.Append((byte)':');
        DatumJson.Write(json, value);
    }
}
