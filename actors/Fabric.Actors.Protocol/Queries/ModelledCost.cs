namespace Fabric.Actors.Protocol;

/// <summary>
/// What a server's frames would have cost on real hardware, by the model of its NIC's <c>costs</c>. Nothing here is measured.
/// </summary>
/// <param name="HostCycles">Host cycles spent on frames that the card gave to the host.</param>
/// <param name="HostCyclesSaved">Host cycles that the card's own frames would have taken as hits of L3.</param>
/// <param name="PacketsPerSecond">The most frames a second that card and host could forward in this mix.</param>
/// <param name="LatencyNs">Mean over all frames, without queues.</param>
public sealed record ModelledCost(long HostCycles, long HostCyclesSaved, long PacketsPerSecond, long LatencyNs);
