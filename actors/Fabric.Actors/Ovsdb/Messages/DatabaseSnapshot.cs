using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>A database as it stood, durably, after some commit.</summary>
/// <param name="CommitNumber">0 when nothing was committed since the database was opened; the next change has the next number.</param>
/// <param name="Rows">By name of the table; tables without a row are absent.</param>
public sealed record DatabaseSnapshot(
    DatabaseSchema Schema, long CommitNumber, IReadOnlyDictionary<string, IReadOnlyList<Row>> Rows);
