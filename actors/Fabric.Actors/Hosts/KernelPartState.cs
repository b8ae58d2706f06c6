using Fabric.Nic;

namespace Fabric.Actors;

/// <summary>A kernel datapath's state for a report.</summary>
/// <param name="L3Frames">Frames that its flows answered.</param>
/// <param name="Offloaded">None while the NIC does not answer.</param>
/// <param name="HostDestined">Frames that the server took without a lookup.</param>
public sealed record KernelPartState(
    long L3Frames, int Flows, int Offloaded, long HostDestined, IReadOnlyList<HealthLine> Health, PartAccount Account);
