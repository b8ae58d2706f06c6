using System.Collections.Immutable;

namespace Fabric.Ovsdb;

/// <summary>Schemas as JSON, without what is the default and with sorted members, as ovsdb-server gives them to its clients.</summary>
internal static class SchemaText
{
    public static byte[] Write(DatabaseSchema schema)
    {
        var json = new JsonBuffer();
        json.Append((byte)'{');
        if (schema.Checksum.Length > 0) WriteMember(json, "cksum", Atom.String(schema.Checksum));
        WriteMember(json, "name", Atom.String(schema.Name));
        // A schema whose tables are all roots is one that does not mention roots.
        bool mentionsRoots = schema.Tables.Any(t => !t.IsRoot);
        BeginMember(json, "tables");
        json.Append((byte)'{');
        foreach (TableSchema table in schema.Tables.OrderBy(t => t.Name, StringComparer.Ordinal)) WriteTable(json, table, mentionsRoots);
        json.Append((byte)'}');
        if (schema.Version.Length > 0) WriteMember(json, "version", Atom.String(schema.Version));
        json.Append((byte)'}');
        return json.ToArray();
    }

    private static void WriteTable(JsonBuffer json, TableSchema table, bool mentionsRoots)
    {
        BeginMember(json, table.Name);
        json.Append((byte)'{');
        BeginMember(json, "columns");
        json.Append((byte)'{');
        foreach (ColumnSchema column in table.OwnColumns.OrderBy(c => c.Name, StringComparer.Ordinal)) WriteColumn(json, column);
        json.Append((byte)'}');
        if (table.Indexes.Length > 0)
        {
            BeginMember(json, "indexes");
            json.Append((byte)'[');
            for (int i = 0; i < table.Indexes.Length; i++) WriteIndex(json, table.Indexes[i], isFirst: i == 0);
            json.Append((byte)']');
        }

        if (mentionsRoots && table.IsRoot) WriteMember(json, "isRoot", Atom.Boolean(true));
        if (table.MaxRows != uint.MaxValue) WriteMember(json, "maxRows", Atom.Integer(table.MaxRows));
        if (!table.IsMutable) WriteMember(json, "mutable", Atom.Boolean(false));
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
        BeginMember(json, column.Name);
        json.Append((byte)'{');
        if (column.IsEphemeral) WriteMember(json, "ephemeral", Atom.Boolean(true));
        if (!column.IsMutable) WriteMember(json, "mutable", Atom.Boolean(false));
        BeginMember(json, "type");
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

        json.Append((byte)'{');
        BeginMember(json, "key");
        WriteElement(json, type.Key);
        if (type.Max == ColumnType.Unlimited) WriteMember(json, "max", Atom.String("unlimited"));
        else if (type.Max != 1) WriteMember(json, "max", Atom.Integer(type.Max));
        if (type.Min != 1) WriteMember(json, "min", Atom.Integer(type.Min));
        if (type.Value is not null)
        {
            BeginMember(json, "value");
            WriteElement(json, type.Value);
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

        json.Append((byte)'{');
        if (type.Enum is not null)
        {
            BeginMember(json, "enum");
            DatumJson.Write(json, type.Enum, isMap: false);
        }

        if (type.MaxInteger != long.MaxValue) WriteMember(json, "maxInteger", Atom.Integer(type.MaxInteger));
        if (type.MaxLength != uint.MaxValue) WriteMember(json, "maxLength", Atom.Integer(type.MaxLength));
        if (type.MaxReal != double.MaxValue) WriteMember(json, "maxReal", Atom.Real(type.MaxReal));
        if (type.MinInteger != long.MinValue) WriteMember(json, "minInteger", Atom.Integer(type.MinInteger));
        if (type.MinLength != 0) WriteMember(json, "minLength", Atom.Integer(type.MinLength));
        if (type.MinReal != -double.MaxValue) WriteMember(json, "minReal", Atom.Real(type.MinReal));
        if (type.RefTable is not null) WriteMember(json, "refTable", Atom.String(type.RefTable));
        if (type.IsWeakReference) WriteMember(json, "refType", Atom.String("weak"));
        WriteMember(json, "type", Atom.String(type.Atomic.Name()));
        json.Append((byte)'}');
    }

    private static void WriteMember(JsonBuffer json, string name, Atom value)
    {
        BeginMember(json, name);
        DatumJson.Write(json, value);
    }

    /// <summary>The first member of an object stands right after its brace.</summary>
    private static void BeginMember(JsonBuffer json, string name)
    {
        if (json.Written[^1] != (byte)'{') json.Append((byte)',');
        json.AppendString(name);
        json.Append((byte)':');
    }
}
