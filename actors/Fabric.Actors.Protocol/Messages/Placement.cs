namespace Fabric.Actors.Protocol;

/// <summary>
/// Directory entry: where a server runs. Entries of a lower <paramref name="Epoch"/>, then of a lower <paramref name="Version"/>, never
/// win.
/// </summary>
/// <param name="Node">Akka address of the node.</param>
/// <param name="Failure">Why it cannot start; null when it can.</param>
public sealed record Placement(string Server, string Node, string Vtep, long Epoch, long Version, bool Ready, string? Failure);
