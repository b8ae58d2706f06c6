using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>A database to serve.</summary>
/// <param name="Path">File in OVSDB's log format; null keeps the database in the actor system's journal.</param>
/// <param name="Schema">Of a database that does not exist yet; null where it must exist.</param>
public sealed record OvsdbFile(string? Path, DatabaseSchema? Schema)
{
    /// <summary>Without a path: keeps the database here, and not in the journal.</summary>
    public MemoryLog? Memory { get; init; }
}
