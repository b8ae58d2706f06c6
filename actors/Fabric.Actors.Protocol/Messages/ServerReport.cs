namespace Fabric.Actors.Protocol;

/// <summary>One server's part of <see cref="InspectReply"/>.</summary>
public sealed record ServerReport(
    ServerState Server, IReadOnlyList<VmState> Vms, IReadOnlyList<VfState> Vfs, IReadOnlyList<BridgeState> Bridges,
    IReadOnlyList<LinkState> Links, IReadOnlyList<HealthState> Health, NicState Nic);
