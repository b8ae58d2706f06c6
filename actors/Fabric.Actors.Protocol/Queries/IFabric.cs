namespace Fabric.Actors.Protocol;

/// <summary>
/// Everything an operator can ask of a running fabric, from any node of the cluster. The HTTP API is a thin skin over it. Requests that
/// name a
/// part that does not exist fail with <see cref="FabricRequestException"/>, whose message is fit to print.
/// </summary>
public interface IFabric
{
    /// <summary>What is running and how far a deployment has come; cheap, meant to be polled.</summary>
    Task<FabricStatus> StatusAsync(CancellationToken cancel);

    /// <summary>
    /// Records the topology durably and brings it up; returns when it is recorded, progress is in <see cref="StatusAsync"/>.
    /// </summary>
    Task DeployAsync(DeployRequest request, CancellationToken cancel);

    /// <summary>State of every server, VM, VF, bridge, tunnel link and node.</summary>
    Task<InspectReply> InspectAsync(CancellationToken cancel);

    Task<PingReply> PingAsync(PingRequest request, CancellationToken cancel);

    /// <summary>Pings between all pairs of VMs: within an overlay they should answer, across overlays they must not.</summary>
    Task<PingMeshReply> PingAllAsync(PingMeshRequest request, CancellationToken cancel);

    /// <summary>Runs the topology's <c>validate</c> block, in order.</summary>
    Task<ValidateReply> ValidateAsync(CancellationToken cancel);

    /// <summary>
    /// The first pings of a fresh flow, each with the tier that answered it in each direction on each server, address resolution included.
    /// </summary>
    Task<FirstPingsReply> FirstPingsAsync(FirstPingsRequest request, CancellationToken cancel);

    Task<FlowsReply> FlowsAsync(FlowsRequest request, CancellationToken cancel);

    /// <summary>Sends one real, marked frame and reports each step it took.</summary>
    Task<TraceReply> TraceAsync(TraceRequest request, CancellationToken cancel);

    /// <summary>
    /// Changes VFs or the eswitch mode of a running server, durably; returns when the server is so, and no frame goes by what was before.
    /// </summary>
    Task<VfReply> ChangeVfsAsync(VfChange change, CancellationToken cancel);

    /// <summary>
    /// Has a guest ask its VF for something, and says what the NIC granted. A VM that reboots asks for its own MAC again.
    /// </summary>
    Task<GuestReply> ChangeGuestAsync(GuestChange change, CancellationToken cancel);

    /// <summary>Refuses, or returns when it records: the frames seen at the given points from then on, until cancelled.</summary>
    Task<IAsyncEnumerable<CapturedFrame>> CaptureAsync(CaptureRequest request, CancellationToken cancel);
}
