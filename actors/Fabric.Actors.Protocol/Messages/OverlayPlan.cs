namespace Fabric.Actors.Protocol;

/// <param name="Type"><c>vxlan</c> or <c>geneve</c>.</param>
/// <param name="RemoteVteps">The other ends that carry this overlay: servers with VMs in it, and foreign peers.</param>
/// <param name="RemoteVms">Addresses that are known to be behind a remote VTEP; for any other, frames are flooded.</param>
public sealed record OverlayPlan(
    string Name, string Type, uint Vni, IReadOnlyList<RemoteVtep> RemoteVteps, IReadOnlyList<RemoteVm> RemoteVms);
