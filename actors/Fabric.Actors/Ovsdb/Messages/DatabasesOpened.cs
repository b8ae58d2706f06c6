namespace Fabric.Actors;

/// <param name="Error">Null when all databases are served. Remotes that cannot be opened are told in the log and tried again.</param>
public sealed record DatabasesOpened(string? Error);
