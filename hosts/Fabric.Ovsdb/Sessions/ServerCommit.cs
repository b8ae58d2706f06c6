namespace Fabric.Ovsdb;

/// <summary>A commit of one of a server's databases, to be made durable.</summary>
/// <param name="Sequence">Counts the commits of all databases of the server, from 1; what <see cref="OvsdbServer.Durable"/> takes.</param>
public readonly record struct ServerCommit(long Sequence, Database Database, Commit Commit);
