namespace Fabric.Actors;

/// <summary>Runs a transaction as a client would. Answered with <see cref="DatabaseWritten"/> once it is durable.</summary>
/// <param name="Operations">A JSON array of operations (RFC 7047, section 5.2), without the database's name.</param>
/// <param name="Cookie">Comes back with the answer.</param>
/// <param name="Database">Name of its schema.</param>
public sealed record WriteDatabase(byte[] Operations, long Cookie, string Database = SubscribeDatabase.Switch);
