namespace Fabric.Actors.Protocol;

/// <param name="Topology">Name of the deployed topology; null when there is none.</param>
/// <param name="Ready">True when every server of the topology forwards.</param>
/// <param name="ServersReady">Of <paramref name="ServersTotal"/>.</param>
/// <param name="Failures">Servers or nodes that cannot start, one line each.</param>
public sealed record FabricStatus(
    string? Topology, bool Ready, int ServersReady, int ServersTotal, int VmsTotal,
    IReadOnlyList<NodeStatus> Nodes, IReadOnlyList<string> Failures);
