using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>
/// Reads what <c>db:DATABASE,TABLE,COLUMN</c> stands for: remotes, as strings or as rows with a <c>target</c>, and file names
/// (ovsdb/ovsdb-server.c, query_db_remotes and query_db_string).
/// </summary>
internal sealed class RemoteTexts(Func<string, Database?> find)
{
    /// <summary>What was read depends on these columns, and on anything in these tables.</summary>
    public HashSet<(TableSchema Table, ColumnSchema Column)> Columns { get; } = [];

    public HashSet<TableSchema> Tables { get; } = [];

    /// <summary>What was wrong, a line each.</summary>
    public List<string> Errors { get; } = [];

    public static bool IsReference(string text) => text.StartsWith("db:", StringComparison.Ordinal);

    /// <summary>Adds the remotes that the text stands for, by target.</summary>
    public void AddRemotes(string text, string runDirectory, Dictionary<string, (Remote Remote, RemoteOptions Options)> remotes)
    {
        if (!IsReference(text))
        {
            Add(text, runDirectory, remotes, null);
            return;
        }

        if (!TryFind(text, out var table, out var column)) return;
        if (column.Type.Key.Atomic == AtomicType.String)
        {
            foreach (var target in Strings(table, column)) Add(target, runDirectory, remotes, null);
            return;
        }

        if (column.Type.Key.RefTable is not { } name || !find(text[3..].Split(',')[0])!.TryGetTable(name, out var referred)) return;
        Tables.Add(referred.Schema);
        foreach (var row in table.Rows)
        {
            foreach (var key in row[column].Keys.ToArray())
            {
                if (referred.TryGet(key.AsUuid, out var manager) && Text(manager, "target") is { Length: > 0 } target)
                    Add(target, runDirectory, remotes, manager);
            }
        }
    }

    /// <summary>The rows that an own remote's status is written to: those that a reference leads to.</summary>
    public IEnumerable<(string Database, Row Row)> ManagerRows(string text)
    {
        if (!IsReference(text) || !TryFind(text, out var table, out var column)) yield break;
        var database = text[3..].Split(',')[0];
        if (column.Type.Key.RefTable is not { } name || !find(database)!.TryGetTable(name, out var referred)) yield break;
        foreach (var row in table.Rows)
        {
            foreach (var key in row[column].Keys.ToArray())
            {
                if (referred.TryGet(key.AsUuid, out var manager)) yield return (database, manager);
            }
        }
    }

    /// <summary>The text itself, or the first string that its column holds.</summary>
    public string? FileName(string? text)
    {
        if (text is null || !IsReference(text)) return text;
        return TryFind(text, out var table, out var column) ? Strings(table, column).FirstOrDefault(s => s.Length > 0) : null;
    }

    /// <summary>Whether a commit may have changed what the texts stand for.</summary>
    public bool AreConcerned(Commit commit)
    {
        foreach (var change in commit.Changes)
        {
            if (Tables.Contains(change.Table)) return true;
            foreach (var (table, column) in Columns)
            {
                if (table == change.Table && change.IsChanged(column)) return true;
            }
        }

        return false;
    }

    public static string? Text(Row row, string column) => row.Table.TryGetColumn(column, out var found) ? row[found].Text : null;

    private static long? Integer(Row row, string column) => row.Table.TryGetColumn(column, out var found) ? row[found].Integer : null;

    private static bool IsTrue(Row row, string column) => row.Table.TryGetColumn(column, out var found) && row[found].Boolean == true;

    private void Add(
        string target, string runDirectory, Dictionary<string, (Remote Remote, RemoteOptions Options)> remotes, Row? manager)
    {
        if (!Remote.TryParse(target, runDirectory, Remote.OvsdbPort, out var remote, out var error))
        {
            Errors.Add(error);
            return;
        }

        var options = RemoteOptions.DefaultOf(remote);
        if (manager is not null)
        {
            options = new RemoteOptions(
                (int)Math.Clamp(Integer(manager, "inactivity_probe") ?? options.ProbeMs, 0, int.MaxValue),
                (int)Math.Clamp(Integer(manager, "max_backoff") ?? options.MaxBackoffMs, 0, int.MaxValue),
                IsTrue(manager, "read_only"));
        }

        remotes[target] = (remote, options);
    }

    private bool TryFind(string text, out Table table, out ColumnSchema column)
    {
        (table, column) = (null!, null!);
        var parts = text[3..].Split(',');
        var error = parts.Length != 3 || parts.Any(p => p.Length == 0) ? "invalid syntax"
            : find(parts[0]) is not { } database ? $"no database named {parts[0]}"
            : !database.TryGetTable(parts[1], out table!) ? $"no table named {parts[1]}"
            : !table.Schema.TryGetColumn(parts[2], out column!) ? $"table \"{parts[1]}\" has no column \"{parts[2]}\""
            : null;
        if (error is not null) Errors.Add($"\"{text}\": {error}");
        else Columns.Add((table.Schema, column));
        return error is null;
    }

    private static IEnumerable<string> Strings(Table table, ColumnSchema column)
    {
        foreach (var row in table.Rows)
        {
            foreach (var key in row[column].Keys.ToArray()) yield return key.AsString;
        }
    }
}
