using Fabric.Actors.Protocol;

namespace Fabric.Cluster.Tests;

/// <summary>A fabric of two servers that can only be inspected.</summary>
internal sealed class InspectedFabric(int flows, int offloaded) : IFabric
{
    public Task<InspectReply> InspectAsync(CancellationToken cancel) =>
        Task.FromResult(new InspectReply([], [Server("server-1"), Server("server-2")], [], [], [], [], [], []));

    public Task<FabricStatus> StatusAsync(CancellationToken cancel) => throw new NotSupportedException();

    public Task DeployAsync(DeployRequest request, CancellationToken cancel) => throw new NotSupportedException();

    public Task<PingReply> PingAsync(PingRequest request, CancellationToken cancel) => throw new NotSupportedException();

    public Task<PingMeshReply> PingAllAsync(PingMeshRequest request, CancellationToken cancel) => throw new NotSupportedException();

    public Task<ValidateReply> ValidateAsync(CancellationToken cancel) => throw new NotSupportedException();

    public Task<FirstPingsReply> FirstPingsAsync(FirstPingsRequest request, CancellationToken cancel) => throw new NotSupportedException();

    public Task<FlowsReply> FlowsAsync(FlowsRequest request, CancellationToken cancel) => throw new NotSupportedException();

    public Task<TraceReply> TraceAsync(TraceRequest request, CancellationToken cancel) => throw new NotSupportedException();

    public Task<VfReply> ChangeVfsAsync(VfChange change, CancellationToken cancel) => throw new NotSupportedException();

    public Task<GuestReply> ChangeGuestAsync(GuestChange change, CancellationToken cancel) => throw new NotSupportedException();

    public Task<IAsyncEnumerable<CapturedFrame>> CaptureAsync(CaptureRequest request, CancellationToken cancel) =>
        throw new NotSupportedException();

    private ServerState Server(string name) => new(
        name, "", "", "", "ready", 1, 0, new TierCounts(0, 0, 0, 0), 0, 0, flows, offloaded, 0, new Dictionary<string, long>(), 0,
        new ModelledCost(0, 0, 0, 0));
}
