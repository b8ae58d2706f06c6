using Akka.Actor;
using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <summary>
/// Lists a server's flows once: has NIC and kernel bring their statistics into step, then asks each tier, then answers and ends. It is
/// never restarted; on a failure the asker times out.
/// </summary>
internal sealed class FlowLister : ReceiveActor, IWithTimers
{
    private readonly string _server;
    private readonly FlowsRequest _request;
    private readonly IActorRef _asker;
    private readonly ServerParts _parts;
    private readonly TimeSpan _patience;
    private readonly List<FlowList> _lists = [];

    public FlowLister(string server, ServerParts parts, FlowsRequest request, IActorRef asker, TimeSpan patience)
    {
        (_server, _parts, _request, _asker, _patience) = (server, parts, request, asker, patience);
        Receive<SyncStatistics>(_ => AskTiers());
        Receive<FlowList>(OnList);
        Receive<TimeIsUp>(_ =>
        {
            _asker.Tell(new RequestRefused(RequestFailure.Unavailable, $"{_server} did not list its flows in time"));
            Context.Stop(Self);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string server, ServerParts parts, FlowsRequest request, IActorRef asker, TimeSpan patience) =>
        Akka.Actor.Props.Create(() => new FlowLister(server, parts, request, asker, patience));

    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    protected override void PreStart()
    {
        Timers.StartSingleTimer("patience", TimeIsUp.Instance, _patience);
        _parts.Kernel.Tell(SyncStatistics.Instance);
    }

    private void AskTiers()
    {
        var list = new ListFlows(_request.Tier, _request.Type, _request.Limit);
        foreach (var part in new[] { _parts.Nic, _parts.Kernel, _parts.Agent }) part.Tell(list);
    }

    private void OnList(FlowList list)
    {
        _lists.Add(list);
        if (_lists.Count < 3) return;
        var flows = _lists.SelectMany(l => l.Flows).OrderBy(flow => Array.IndexOf(["l1", "l2", "l3", "openflow"], flow.Tier)).ToList();
        var shown = flows.Take(_request.Limit).ToList();
        _asker.Tell(new FlowsReply(_server, shown, _lists.Sum(l => l.Truncated) + flows.Count - shown.Count));
        Context.Stop(Self);
    }

    private sealed class TimeIsUp
    {
        public static readonly TimeIsUp Instance = new();
    }
}
