namespace Fabric.Actors;

/// <summary>Answers <see cref="WriteDatabase"/>; told after the <see cref="DatabaseChanged"/> of the same commit.</summary>
/// <param name="Error">The first error in ovsdb-server's wording; null when all of it was done.</param>
/// <param name="Replies">The JSON array of results, one for each operation.</param>
public sealed record DatabaseWritten(long Cookie, string? Error, byte[] Replies);
