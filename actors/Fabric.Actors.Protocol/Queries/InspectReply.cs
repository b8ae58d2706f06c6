namespace Fabric.Actors.Protocol;

public sealed record InspectReply(
    IReadOnlyList<NodeStatus> Nodes, IReadOnlyList<ServerState> Servers, IReadOnlyList<VmState> Vms,
    IReadOnlyList<VfState> Vfs, IReadOnlyList<BridgeState> Bridges, IReadOnlyList<LinkState> Links,
    IReadOnlyList<HealthState> Health, IReadOnlyList<NicState> Nics);
