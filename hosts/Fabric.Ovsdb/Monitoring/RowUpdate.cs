namespace Fabric.Ovsdb;

/// <summary>One row's part of an update: "row-update" of RFC 7047, 4.1.6, or "row-update2" of ovsdb-server(7).</summary>
internal static class RowUpdate
{
    /// <summary>Writes what the monitor is to see of the change; false, and nothing written, if that is nothing.</summary>
    public static bool TryWrite(JsonBuffer json, MonitorVersion version, MonitoredTable table, RowChange change, bool isInitial)
    {
        var kind = table.Classify(change.Old, change.New, isInitial);
        if (kind == MonitorSelect.None) return false;
        json.Append((byte)'"');
        json.AppendUuidText(change.Id);
        json.Append("\":"u8);
        if (version == MonitorVersion.Update) WriteValues(json, table, kind, change);
        else WriteDifferences(json, table, kind, change);
        return true;
    }

    private static void WriteValues(JsonBuffer json, MonitoredTable table, MonitorSelect kind, RowChange change)
    {
        json.Append((byte)'{');
        if (kind is MonitorSelect.Delete or MonitorSelect.Modify)
        {
            json.Append("\"old\":{"u8);
            bool isFirst = true;
            foreach (var (column, select) in table.Columns)
            {
                var old = change.Old![column];
                if ((select & kind) == 0 || (kind == MonitorSelect.Modify && old.Equals(change.New![column]))) continue;
                WriteColumn(json, column, old, ref isFirst);
            }
            json.Append((byte)'}');
        }
        if (kind != MonitorSelect.Delete)
        {
            json.Append(kind == MonitorSelect.Modify ? ",\"new\":{"u8 : "\"new\":{"u8);
            bool isFirst = true;
            foreach (var (column, select) in table.Columns)
            {
                if ((select & kind) != 0) WriteColumn(json, column, change.New![column], ref isFirst);
            }
            json.Append((byte)'}');
        }
        json.Append((byte)'}');
    }

    private static void WriteDifferences(JsonBuffer json, MonitoredTable table, MonitorSelect kind, RowChange change)
    {
        if (kind == MonitorSelect.Delete)
        {
            json.Append("{\"delete\":null}"u8);
            return;
        }
        json.Append(kind switch
        {
            MonitorSelect.Initial => "{\"initial\":{"u8,
            MonitorSelect.Insert => "{\"insert\":{"u8,
            _ => "{\"modify\":{"u8,
        });
        bool isFirst = true;
        foreach (var (column, select) in table.Columns)
        {
            if ((select & kind) == 0) continue;
            var value = change.New![column];
            if (kind == MonitorSelect.Modify)
            {
                var old = change.Old![column];
                if (!old.Equals(value)) WriteColumn(json, column, Datum.Difference(old, value, column.Type), ref isFirst);
            }
            else if (!value.Equals(column.Type.Default))
            {
                WriteColumn(json, column, value, ref isFirst);
            }
        }
        json.Append("}}"u8);
    }

    private static void WriteColumn(JsonBuffer json, ColumnSchema column, Datum value, ref bool isFirst)
    {
        if (!isFirst) json.Append((byte)',');
        isFirst = false;
        json.AppendString(column.Name);
        json.Append((byte)':');
        DatumJson.Write(json, value, column.Type);
    }
}
