namespace Fabric.Ovsdb;

/// <summary>The requests that an <see cref="OvsdbClient"/> sends.</summary>
internal static class ClientText
{
    public static byte[] Request(long id, string method, ReadOnlySpan<byte> parameters)
    {
        var json = new JsonBuffer();
        json.Append("{\"id\":"u8);
        json.AppendInteger(id);
        json.Append(",\"method\":"u8);
        json.AppendString(method);
        json.Append(",\"params\":"u8);
        json.Append(parameters);
        json.Append((byte)'}');
        return json.ToArray();
    }

    /// <summary>An array of one string.</summary>
    public static byte[] Only(string text)
    {
        var json = new JsonBuffer();
        json.Append((byte)'[');
        json.AppendString(text);
        json.Append((byte)']');
        return json.ToArray();
    }

    /// <summary>Operations of a caller, an array, as parameters of "transact", with an assertion of the lock at the end.</summary>
    public static byte[] Transaction(string database, ReadOnlySpan<byte> operations, string? heldLock)
    {
        var json = new JsonBuffer();
        json.Append((byte)'[');
        json.AppendString(database);
        var inner = operations[(operations.IndexOf((byte)'[') + 1)..operations.LastIndexOf((byte)']')];
        if (inner.ContainsAnyExcept(" \t\r\n"u8))
        {
            json.Append((byte)',');
            json.Append(inner);
        }
        if (heldLock is not null)
        {
            json.Append(",{\"op\":\"assert\",\"lock\":"u8);
            json.AppendString(heldLock);
            json.Append((byte)'}');
        }
        json.Append((byte)']');
        return json.ToArray();
    }

    /// <summary>Parameters of the three kinds of monitor requests, with the ids that OVS's own clients use.</summary>
    public static byte[] Monitor(OvsdbClientOptions options, DatabaseSchema schema, MonitorVersion version, Guid last)
    {
        var json = new JsonBuffer();
        json.Append((byte)'[');
        json.AppendString(schema.Name);
        json.Append(",[\"monid\","u8);
        json.AppendString(schema.Name);
        json.Append("],{"u8);
        bool isFirst = true;
        foreach (var table in schema.Tables)
        {
            IReadOnlyList<string>? wanted = null;
            if (options.Tables is not null && !options.Tables.TryGetValue(table.Name, out wanted)) continue;
            if (!isFirst) json.Append((byte)',');
            isFirst = false;
            json.AppendString(table.Name);
            json.Append(":[{\"columns\":["u8);
            var columns = table.OwnColumns.Where(c => wanted is not { Count: > 0 } || wanted.Contains(c.Name));
            foreach (var (index, column) in columns.Index())
            {
                if (index > 0) json.Append((byte)',');
                json.AppendString(column.Name);
            }
            json.Append("]}]"u8);
        }
        json.Append((byte)'}');
        if (version == MonitorVersion.Update3)
        {
            json.Append(",\""u8);
            json.AppendUuidText(last);
            json.Append((byte)'"');
        }
        json.Append((byte)']');
        return json.ToArray();
    }
}
