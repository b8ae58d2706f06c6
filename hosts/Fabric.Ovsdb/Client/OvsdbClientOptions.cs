namespace Fabric.Ovsdb;

/// <summary>What a client wants of a database.</summary>
/// <param name="Database">Its name.</param>
/// <param name="Tables">
/// The tables to keep a copy of, with the columns; no columns for all of them. Null for all tables. What the server's schema lacks is
/// passed over.
/// </param>
/// <param name="Lock">A lock to hold; then each transaction asserts it.</param>
/// <param name="ProbeIntervalMs">Silence after which the server is asked whether it is there; 0 never.</param>
public sealed record OvsdbClientOptions(
    string Database, IReadOnlyDictionary<string, IReadOnlyList<string>>? Tables = null, string? Lock = null, int ProbeIntervalMs = 0);
