namespace Fabric.Actors;

/// <param name="Text">What the command prints, or why it failed; in the wording of ovsdb-server.</param>
public sealed record OvsdbCommandReply(bool IsError, string Text, long Cookie = 0);
