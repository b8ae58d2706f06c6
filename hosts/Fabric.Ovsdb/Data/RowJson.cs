namespace Fabric.Ovsdb;

/// <summary>Rows as JSON objects.</summary>
public static class RowJson
{
    public static void Write(JsonBuffer json, Row row, IReadOnlyList<ColumnSchema> columns)
    {
        json.Append((byte)'{');
        for (int i = 0; i < columns.Count; i++)
        {
            if (i > 0) json.Append((byte)',');
            json.AppendString(columns[i].Name);
            json.Append((byte)':');
            DatumJson.Write(json, row[columns[i]], columns[i].Type);
        }

        json.Append((byte)'}');
    }
}
