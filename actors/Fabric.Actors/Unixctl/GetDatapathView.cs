namespace Fabric.Actors;

/// <summary>To a kernel datapath: show yourself; answered by a <see cref="Agent.DatapathView"/>.</summary>
/// <param name="WithConnections">Show what connection tracking remembers, too, which may be long.</param>
public sealed record GetDatapathView(bool WithConnections);
