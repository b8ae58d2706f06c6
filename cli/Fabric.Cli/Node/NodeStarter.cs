namespace Fabric.Cli.Node;

/// <summary>
/// Makes a node in this process that has not joined a cluster yet: in between it answers others that ask for one. Fails with a
/// <see cref="CommandLine.CliException"/> of one clear line.
/// </summary>
internal delegate IRunningNode NodeStarter(NodeSettings settings);
