namespace Fabric.Actors;

/// <summary>
/// A command from a control socket, to whoever knows the commands of that daemon; answered by <see cref="UnixctlAnswer"/>.
/// </summary>
/// <param name="Cookie">To be sent back.</param>
/// <param name="Arguments">Null stands for one that is not a string.</param>
public sealed record RunUnixctl(long Cookie, string Method, IReadOnlyList<string?> Arguments);
