namespace Fabric.Ovsdb;

/// <summary>
/// Commits as the JSON objects of an OVSDB file (ovsdb(5), "Transaction Record"): per table and row the changed columns, null for a deleted
/// row, and beside the tables <c>_date</c>, <c>_comment</c> and <c>_is_diff</c>. Ephemeral columns are left out.
/// </summary>
public static class CommitRecord
{
    /// <summary>Appends a commit's record.</summary>
    /// <param name="dateMs">Since 1970 (UTC).</param>
    /// <returns>False, and nothing is appended, if the commit changed nothing that outlives the process.</returns>
    public static bool TryWrite(Commit commit, long dateMs, JsonBuffer json)
    {
        int start = json.Size;

        // ovsdb-server 3.1 refuses a difference with fewer or more elements than the column may have, and takes a difference from a
        // column's default for the value itself (ovsdb/file.c). It cannot always read its own files; ours it can: such a record has full
        // values.
        bool isDifference = commit.Changes.All(HasReadableDifferences);
        bool isAny = false;
        json.Append((byte)'{');
        foreach (IGrouping<TableSchema, RowChange> table in commit.Changes.GroupBy(c => c.Table))
        {
            int tableStart = json.Size;
            json.AppendString(table.Key.Name);
            json.Append(":{"u8);
            int count = 0;
            foreach (RowChange change in table) count += TryWriteRow(json, change, isDifference, isFirst: count == 0) ? 1 : 0;
            json.Append("},"u8);
            isAny |= count > 0;
            if (count == 0) json.Truncate(tableStart);
        }

        if (isAny) WriteNotes(json, dateMs, commit.Comment, isDifference);
        else json.Truncate(start);
        return isAny;
    }

    /// <summary>Appends a record that makes all rows of a database out of nothing: what a compacted file holds beside the schema.</summary>
    public static void WriteSnapshot(Database database, long dateMs, string? comment, JsonBuffer json)
    {
        json.Append((byte)'{');
        foreach (Table table in database.Tables)
        {
            if (table.Count == 0) continue;
            json.AppendString(table.Schema.Name);
            json.Append(":{"u8);
            bool isFirst = true;
            foreach (Row row in table.Rows)
            {
                TryWriteRow(json, new RowChange(table.Schema, row.Id, null, row), isDifference: true, isFirst);
                isFirst = false;
            }

            json.Append("},"u8);
        }

        WriteNotes(json, dateMs, comment, isDifference: true);
    }

    private static void WriteNotes(JsonBuffer json, long dateMs, string? comment, bool isDifference)
    {
        if (comment is not null)
        {
            json.Append("\"_comment\":"u8);
            json.AppendString(comment);
            json.Append((byte)',');
        }

        if (isDifference) json.Append("\"_is_diff\":true,"u8);
        json.Append("\"_date\":"u8);
        json.AppendInteger(dateMs);
        json.Append((byte)'}');
    }

    private static bool TryWriteRow(JsonBuffer json, RowChange change, bool isDifference, bool isFirst)
    {
        int start = json.Size;
        json.Append(isFirst ? "\""u8 : ",\""u8);
        json.AppendUuidText(change.Id);
        json.Append("\":"u8);
        if (change.New is null)
        {
            json.Append("null"u8);
            return true;
        }

        json.Append((byte)'{');
        bool isEmpty = true;
        foreach (ColumnSchema column in change.Table.OwnColumns)
        {
            if (!IsWritten(change, column)) continue;
            if (!isEmpty) json.Append((byte)',');
            isEmpty = false;
            json.AppendString(column.Name);
            json.Append((byte)':');
            Datum value = isDifference ? ValueOf(change, column) : change.New[column];
            DatumJson.Write(json, value, column.Type);
        }

        json.Append((byte)'}');
        if (isEmpty && change.Old is not null) json.Truncate(start);
        return json.Size > start;
    }

    private static bool IsWritten(RowChange change, ColumnSchema column)
    {
        if (column.IsEphemeral) return false;
        return change.Old is null ? !change.New![column].Equals(column.Type.Default) : change.IsChanged(column);
    }

    private static Datum ValueOf(RowChange change, ColumnSchema column) =>
        change.Old is null ? change.New![column] : Datum.Difference(change.Old[column], change.New![column], column.Type);

    private static bool HasReadableDifferences(RowChange change)
    {
        if (change.Old is null || change.New is null) return true;
        foreach (ColumnSchema column in change.Table.OwnColumns)
        {
            if (!column.Type.IsComposite || !IsWritten(change, column)) continue;
            if (column.Type.Min > 0 && change.Old[column].Equals(column.Type.Default)) return false;
            if (!column.Type.Accepts(ValueOf(change, column).Count)) return false;
        }

        return true;
    }
}
