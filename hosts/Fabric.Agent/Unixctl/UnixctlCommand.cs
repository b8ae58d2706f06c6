namespace Fabric.Agent;

/// <param name="Usage">What <c>list-commands</c> prints behind the name; null leaves the command out of the list.</param>
public sealed record UnixctlCommand(
    string Name, string? Usage, int MinArguments, int MaxArguments, Func<UnixctlCall, UnixctlReply> Run);
