namespace Fabric.Actors;

public sealed record KernelCommands(IReadOnlyList<KernelCommand> Commands);
