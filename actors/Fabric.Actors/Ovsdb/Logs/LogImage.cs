using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>A whole database in OVSDB's log format.</summary>
internal static class LogImage
{
    /// <summary>ovsdb-server's comment of a file that was rewritten while it was served.</summary>
    private const string Comment = "compacting database online";

    /// <summary>The record that an empty log begins with.</summary>
    public static JsonBuffer Begin(DatabaseSchema schema)
    {
        var log = new JsonBuffer();
        DatabaseLog.Begin(schema, log);
        return log;
    }

    /// <summary>Adds one record that makes all these rows. Touches nothing that a database changes.</summary>
    public static void AddRows(JsonBuffer log, IEnumerable<Row> rows, long unixMs)
    {
        var json = new JsonBuffer();
        var made = rows.Select(row => new RowChange(row.Table, row.Id, null, row)).ToList();
        var all = new Commit(0, Guid.Empty, made, Comment, IsDurable: false);
        if (CommitRecord.TryWrite(all, unixMs, json)) LogFormat.Append(log, json.Written);
    }

    /// <summary>Reads a log.</summary>
    /// <param name="name">For errors.</param>
    /// <param name="size">Of what is whole.</param>
    /// <param name="wrong">What is wrong with the rest, or with all of it.</param>
    /// <returns>Null if there is no database in it.</returns>
    public static Database? Read(ReadOnlyMemory<byte> log, string name, Random random, out int size, out string? wrong)
    {
        var isDatabase = DatabaseLog.TryRead(log, name, random, out var database, out size, out var warning, out var error);
        wrong = (isDatabase ? warning : error)?.ToString();
        return database;
    }
}
