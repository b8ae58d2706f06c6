using System.Diagnostics;
using Fabric.Actors.Protocol;

namespace Fabric.Cluster;

/// <summary>
/// Follows marked frames through the fabric. The mark is real: sixteen bytes at the frame's end, which every part passes on and each node's
/// tracer recognises. Nothing here recomputes what a part would do; it only orders what the parts recorded.
/// </summary>
internal sealed class Tracing(FabricRequests requests)
{
    private static readonly TimeSpan CollectInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>How long a path may be silent before it counts as finished, when its end was recorded.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(50);

    public async Task<TraceReply> TraceAsync(TraceRequest request, CancellationToken cancel)
    {
        var vm = await requests.AskController<VmLocation>(new FindVm(request.Vm), cancel);
        var id = await BeginAsync(cancel);
        try
        {
            var sent = await SendAsync(vm, request, id, cancel);
            var steps = await WaitAsync(id, steps => steps.Any(IsEnd), TimeSpan.FromMilliseconds(request.TimeoutMs), cancel);
            var first = steps.Where(s => s.Generation == 0).ToList();
            var ends = first.Where(IsEnd).ToList();
            var outcome = ends.Count == 0 ? "no end was recorded in time" : string.Join("; ", ends.Select(e => $"{e.What} at {e.Where}"));
            return new TraceReply(request.Vm, sent.Flow, outcome, ends.Any(e => e.What == TraceWords.Delivered), ToSteps(steps));
        }
        finally
        {
            await CollectAsync(id, end: true, CancellationToken.None);
        }
    }

    public async Task<FirstPingsReply> FirstPingsAsync(FirstPingsRequest request, CancellationToken cancel)
    {
        Refuse.If(request.Count is < 1 or > 100, "the count must be between 1 and 100");
        var source = await requests.AskController<VmLocation>(new FindVm(request.Source), cancel);
        var destination = await requests.AskController<VmLocation>(new FindVm(request.Destination), cancel);
        var address = destination.Addresses.FirstOrDefault(a => source.Addresses.Any(own => own.Contains(':') == a.Contains(':')))
            ?? throw new FabricRequestException(RequestFailure.Invalid,
                $"{request.Source} and {request.Destination} have no common address family");
        var pings = new List<FirstPing>();
        IReadOnlyList<TierPass> resolution = [];
        for (var sequence = 1; sequence <= request.Count; sequence++)
        {
            var (reply, steps) = await TracedPingAsync(source, address, isFirst: sequence == 1, cancel);

            // Each answer to a marked frame is one generation on: with address resolution the echo is generation 2, without it 0.
            var echo = reply.ResolutionUs is null ? 0 : 2;
            if (sequence == 1) resolution = Passes(steps.Where(s => s.Generation < echo), source.Server, 0);
            pings.Add(new FirstPing(sequence, reply.Echoes[0].RttUs, Passes(steps.Where(s => s.Generation >= echo), source.Server, echo)));
        }

        return new FirstPingsReply(request.Source, request.Destination, resolution, pings);
    }

    private async Task<(PingReply Reply, IReadOnlyList<RecordedStep> Steps)> TracedPingAsync(
        VmLocation source, string address, bool isFirst, CancellationToken cancel)
    {
        var id = await BeginAsync(cancel);
        try
        {
            var ping = new RunPing(source.Name, address, 1, 56, 1, 2_000, 0, id, Forget: isFirst);
            var reply = await requests.AskServer<PingReply>(source.Server, ping, cancel);
            return (reply, await WaitAsync(id, _ => true, TimeSpan.FromSeconds(1), cancel));
        }
        finally
        {
            await CollectAsync(id, end: true, CancellationToken.None);
        }
    }

    private static IReadOnlyList<TierPass> Passes(IEnumerable<RecordedStep> steps, string sourceServer, int first) =>
    [
        .. from step in steps
           where step.Tier.Length > 0
           let isRequest = (step.Generation - first) % 2 == 0
           // The last tier recorded on a server is the one that answered; those before it missed.
           group step by (step.Generation, step.Server, isRequest) into pass
           orderby pass.Min(s => s.TimestampUs)
           let isEgress = pass.Key.isRequest == (pass.Key.Server == sourceServer)
           select new TierPass(
               pass.Key.isRequest ? "request" : "reply", pass.Key.Server, isEgress ? "egress" : "ingress",
               pass.MaxBy(s => s.TimestampUs)!.Tier),
    ];

    /// <summary>A VM that does not know the neighbour's MAC yet resolves it first, unmarked, as its stack would.</summary>
    private async Task<TracedSent> SendAsync(VmLocation vm, TraceRequest request, uint id, CancellationToken cancel)
    {
        var send = new SendTraced(request.Vm, request.Flow, id);
        var answer = await requests.AskServer<object>(vm.Server, send, cancel);
        if (answer is NeedsResolution needs)
        {
            await requests.AskServer<PingReply>(
                vm.Server, new RunPing(request.Vm, needs.Address, 1, 56, 1, 1_000, 0, 0, false), cancel, TimeSpan.FromSeconds(10));
            answer = await requests.AskServer<object>(vm.Server, send, cancel);
        }

        return answer switch
        {
            TracedSent sent => sent,
            NeedsResolution still => throw new FabricRequestException(RequestFailure.Invalid, still.Message),
            _ => throw new FabricRequestException(RequestFailure.Unavailable, $"{vm.Server} answered with {answer.GetType().Name}"),
        };
    }

    private async Task<uint> BeginAsync(CancellationToken cancel)
    {
        // The low byte counts generations, see TraceMark.
        var id = (uint)Random.Shared.Next(1, 1 << 23) << 8;
        await requests.AskTracers<TraceBegun>(new TraceBegin(id), cancel);
        return id;
    }

    private async Task<IReadOnlyList<RecordedStep>> WaitAsync(
        uint id, Predicate<IReadOnlyList<RecordedStep>> ended, TimeSpan atMost, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(CollectInterval);
        var watch = Stopwatch.StartNew();
        var (steps, quietSince) = (await CollectAsync(id, end: false, cancel), TimeSpan.Zero);
        while (watch.Elapsed < atMost && !(ended(steps) && watch.Elapsed - quietSince > Settle))
        {
            await timer.WaitForNextTickAsync(cancel);
            var now = await CollectAsync(id, end: false, cancel);
            if (now.Count != steps.Count) quietSince = watch.Elapsed;
            steps = now;
        }

        return steps;
    }

    private async Task<IReadOnlyList<RecordedStep>> CollectAsync(uint id, bool end, CancellationToken cancel)
    {
        var parts = await requests.AskTracers<TraceSteps>(new TraceCollect(id, end), cancel);
        // A stable sort: the steps of one node keep the order in which it took them.
        return [.. parts.SelectMany(part => part.Steps).OrderBy(step => step.TimestampUs)];
    }

    private static bool IsEnd(RecordedStep step) =>
        step.What is TraceWords.Delivered or TraceWords.Taken || step.What.StartsWith(TraceWords.Dropped, StringComparison.Ordinal);

    private static IReadOnlyList<TraceStep> ToSteps(IReadOnlyList<RecordedStep> steps) =>
    [
        .. steps.Select(s => new TraceStep(
            s.TimestampUs - steps[0].TimestampUs, s.Server, s.Where, s.What, s.Detail, s.Generation)),
    ];
}
