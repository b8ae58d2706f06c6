namespace Fabric.Cli.Node;

/// <summary>Starts a node in this process; fails with a <see cref="CommandLine.CliException"/> of one clear line.</summary>
internal delegate Task<IRunningNode> NodeStarter(NodeSettings settings, CancellationToken cancel);
