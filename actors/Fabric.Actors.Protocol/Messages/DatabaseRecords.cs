namespace Fabric.Actors.Protocol;

/// <summary>Persisted: a group of commits of one OVSDB, or its image, in OVSDB's log format.</summary>
public sealed record DatabaseRecords(byte[] Records);
