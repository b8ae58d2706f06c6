using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Fabric.Actors.Protocol;

namespace Fabric.Cli.Tests;

/// <summary>Answers what the test laid down and remembers what it was asked.</summary>
internal sealed class ScriptedFabric : IFabric
{
    public List<object> Asked { get; } = [];

    /// <summary>Thrown by every request when set.</summary>
    public Exception? Failure { get; set; }

    public FabricStatus Status { get; set; } = Samples.Status;

    public InspectReply Inspect { get; set; } = Samples.Inspect;

    public PingReply Ping { get; set; } = Samples.Ping;

    public PingMeshReply Mesh { get; set; } = Samples.Mesh;

    public ValidateReply Checks { get; set; } = Samples.Checks;

    public FlowsReply Flows { get; set; } = Samples.Flows;

    /// <summary>Thrown by captures alone.</summary>
    public Exception? CaptureFailure { get; set; }

    /// <summary>How long a capture takes to begin or to be refused.</summary>
    public TimeSpan CaptureDelay { get; set; }

    /// <summary>Frames a running capture yields, in this order.</summary>
    public Channel<CapturedFrame> Frames { get; } = Channel.CreateUnbounded<CapturedFrame>();

    public Task<FabricStatus> StatusAsync(CancellationToken cancel) => Answer("status", Status);

    public Task DeployAsync(DeployRequest request, CancellationToken cancel) => Answer(request, true);

    public Task<InspectReply> InspectAsync(CancellationToken cancel) => Answer("inspect", Inspect);

    public Task<PingReply> PingAsync(PingRequest request, CancellationToken cancel) => Answer(request, Ping);

    public Task<PingMeshReply> PingAllAsync(PingMeshRequest request, CancellationToken cancel) => Answer(request, Mesh);

    public Task<ValidateReply> ValidateAsync(CancellationToken cancel) => Answer("validate", Checks);

    public Task<FirstPingsReply> FirstPingsAsync(FirstPingsRequest request, CancellationToken cancel) =>
        Answer(request, Samples.FirstPings);

    public Task<FlowsReply> FlowsAsync(FlowsRequest request, CancellationToken cancel) => Answer(request, Flows);

    public Task<TraceReply> TraceAsync(TraceRequest request, CancellationToken cancel) => Answer(request, Samples.Trace);

    public Task<VfReply> ChangeVfsAsync(VfChange change, CancellationToken cancel) => Answer(change, Samples.Vfs);

    public Task<GuestReply> ChangeGuestAsync(GuestChange change, CancellationToken cancel) => Answer(change, Guest);

    public GuestReply Guest { get; set; } = Samples.Guest;

    public async Task<IAsyncEnumerable<CapturedFrame>> CaptureAsync(CaptureRequest request, CancellationToken cancel)
    {
        await Answer(request, true);
        await Task.Delay(CaptureDelay, cancel);
        return CaptureFailure is null ? Frames.Reader.ReadAllAsync(cancel) : throw CaptureFailure;
    }

    private Task<T> Answer<T>(object request, T reply)
    {
        lock (Asked) Asked.Add(request);
        return Failure is null ? Task.FromResult(reply) : Task.FromException<T>(Failure);
    }
}
