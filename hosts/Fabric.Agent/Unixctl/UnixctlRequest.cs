namespace Fabric.Agent;

/// <summary>One command as a client sent it.</summary>
/// <param name="Id">The request's id, as JSON text, to be sent back as it came.</param>
/// <param name="Arguments">Null stands for an argument that is not a string, which no command takes.</param>
public sealed record UnixctlRequest(string Id, string Method, IReadOnlyList<string?> Arguments);
