using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>An OVSDB file as a whole: its first record is the schema, every further one a transaction.</summary>
public static class DatabaseLog
{
    /// <summary>Appends the first record of a new file.</summary>
    public static void Begin(DatabaseSchema schema, JsonBuffer log) => LogFormat.Append(log, schema.Json);

    /// <summary>Appends what a compacted file holds: the schema and one record with all rows.</summary>
    public static void Compact(Database database, long dateMs, string comment, JsonBuffer log)
    {
        Begin(database.Schema, log);
        var json = new JsonBuffer();
        CommitRecord.WriteSnapshot(database, dateMs, comment, json);
        LogFormat.Append(log, json.Written);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="name">Names the file in errors.</param>
    /// <param name="goodSize">Where a writer has to go on, in bytes: before the first broken record, if there is one.</param>
    /// <param name="warning">What is wrong with that record, else null. As in ovsdb-server, all before it is used.</param>
    /// <returns>False if there is not even a schema.</returns>
    public static bool TryRead(
        ReadOnlyMemory<byte> log, string name, Random generator,
        [NotNullWhen(true)] out Database? database, out int goodSize, out OvsdbError? warning, [NotNullWhen(false)] out OvsdbError? error)
    {
        (database, warning) = (null, null);
        var reader = new LogReader(log, name);
        goodSize = 0;
        if (!reader.TryRead(out ReadOnlyMemory<byte> json, out error))
        {
            error ??= new OvsdbError("I/O error", $"{name}: unexpected end of file");
            return false;
        }

        if (!DatabaseSchema.TryParse(json, out DatabaseSchema? schema, out error)) return false;
        database = new Database(schema, generator);
        while (reader.TryRead(out json, out warning))
        {
            warning = database.ApplyLogged(json, out _);
            if (warning is null) continue;
            reader.Unread();
            break;
        }

        goodSize = reader.GoodSize;
        error = null;
        return true;
    }

    /// <summary>Applies one record of a file.</summary>
    /// <param name="commit">What it changed, or null.</param>
    public static OvsdbError? ApplyLogged(this Database database, ReadOnlyMemory<byte> record, out Commit? commit)
    {
        commit = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(record, JsonAccess.Options);
            return new RecordReplay(database).Run(document.RootElement, out commit);
        }
        catch (JsonException broken)
        {
            return new OvsdbError("syntax error", $"record is not valid JSON ({broken.Message})");
        }
    }
}
