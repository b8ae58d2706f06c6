using Fabric.Agent;

namespace Fabric.Actors;

/// <summary>To an agent: run this command, with what the datapath looks like; answered by <see cref="UnixctlAnswer"/>.</summary>
public sealed record RunSwitchCommand(RunUnixctl Command, DatapathView View);
