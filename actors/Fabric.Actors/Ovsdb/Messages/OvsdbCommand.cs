namespace Fabric.Actors;

/// <summary>
/// A command of ovsdb-server's control socket, to its <see cref="OvsdbActor"/>; answered with <see cref="OvsdbCommandReply"/>.
/// </summary>
/// <param name="Cookie">Comes back with the answer.</param>
public sealed record OvsdbCommand(string Name, IReadOnlyList<string> Arguments, long Cookie = 0);
