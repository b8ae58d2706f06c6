using System.Runtime.CompilerServices;
using Akka.Actor;
using Fabric.Actors;
using Fabric.Actors.Protocol;
using Fabric.Topology;
using Deploy = Fabric.Actors.Protocol.Deploy;

namespace Fabric.Cluster;

/// <summary>The operator's view from this node: combines what the controller, the servers, the tracers and the directory know.</summary>
internal sealed class FabricClient : IFabric
{
    /// <summary>An answer that takes longer would come after everybody has gone.</summary>
    private static readonly TimeSpan LongestPing = TimeSpan.FromHours(24);

    private readonly ActorSystem _system;
    private readonly FabricRequests _requests;
    private readonly DirectoryView _directory;
    private readonly CaptureHub _captures;
    private readonly PingMesh _mesh;
    private readonly Tracing _tracing;

    public FabricClient(ActorSystem system, IActorRef region, IActorRef controller, DirectoryView directory, CaptureHub captures)
    {
        _system = system;
        _directory = directory;
        _captures = captures;
        _requests = new FabricRequests(system, region, controller);
        _mesh = new PingMesh(_requests);
        _tracing = new Tracing(_requests);
    }

    public async Task<FabricStatus> StatusAsync(CancellationToken cancel)
    {
        var summary = await _requests.AskController<FabricSummary>(new GetSummary(), cancel);
        var current = _directory.Placements.Values.Where(p => p.Epoch == summary.Epoch).ToList();
        var ready = current.Count(p => p.Ready);
        return new FabricStatus(
            summary.Topology, summary.Topology is not null && ready == summary.Servers, ready, summary.Servers, summary.Vms, Nodes(),
            [.. current.Where(p => p.Failure is not null).Select(p => $"{p.Server}: {p.Failure}")]);
    }

    public Task DeployAsync(DeployRequest request, CancellationToken cancel)
    {
        Refuse.If(string.IsNullOrEmpty(request.TopologyJson), "the request holds no topology");
        return _requests.AskController<Deployed>(new Deploy(request), cancel, TimeSpan.FromSeconds(30));
    }

    public async Task<InspectReply> InspectAsync(CancellationToken cancel)
    {
        var declared = await _requests.AskController<TopologyReply>(new GetTopology(), cancel);
        var servers = declared.TopologyJson is null ? [] : TopologyJson.Read(declared.TopologyJson).Servers.Select(s => s.Name);
        var names = servers.Order(NaturalOrder.Comparer);
        var reports = await Task.WhenAll(names.Select(name => _requests.AskServer<ServerReport>(name, new InspectServer(), cancel)));
        return new InspectReply(
            Nodes(),
            [.. reports.Select(r => r.Server)],
            [.. reports.SelectMany(r => r.Vms).OrderBy(vm => vm.Name, NaturalOrder.Comparer)],
            [.. reports.SelectMany(r => r.Vfs)],
            [.. reports.SelectMany(r => r.Bridges)],
            [.. reports.SelectMany(r => r.Links)],
            [.. reports.SelectMany(r => r.Health)],
            [.. reports.Select(r => r.Nic)]);
    }

    public async Task<PingReply> PingAsync(PingRequest request, CancellationToken cancel)
    {
        Refuse.If(request.Count is < 1 or > 65_535, "the count must be between 1 and 65535");
        Refuse.If(request.PayloadSize is < 0 or > 8_000, "the payload size must be between 0 and 8000 bytes");
        Refuse.If(request.IntervalMs < 1 || request.TimeoutMs < 1, "interval and timeout are at least 1 ms");
        var longest = TimeSpan.FromMilliseconds(request.Count * ((double)request.IntervalMs + request.TimeoutMs) + 10_000);
        Refuse.If(longest > LongestPing, $"{request.Count} echoes at this interval may take {longest.TotalHours:0} hours; at most "
            + $"{LongestPing.TotalHours:0} are allowed");
        var source = await _requests.AskController<VmLocation>(new FindVm(request.Source), cancel);
        var destination = await ResolveAsync(request, source, cancel);
        var reply = await _requests.AskServer<PingReply>(
            source.Server,
            new RunPing(request.Source, destination, request.Count, request.PayloadSize, request.IntervalMs, request.TimeoutMs, 0, 0,
                false),
            cancel, longest);
        return reply with { Destination = request.Destination };
    }

    public async Task<PingMeshReply> PingAllAsync(PingMeshRequest request, CancellationToken cancel) =>
        await _mesh.RunAsync(await TopologyAsync(cancel), request, cancel);

    public async Task<ValidateReply> ValidateAsync(CancellationToken cancel) =>
        await new Validation(this, _mesh).RunAsync(await TopologyAsync(cancel), cancel);

    public Task<FirstPingsReply> FirstPingsAsync(FirstPingsRequest request, CancellationToken cancel) =>
        _tracing.FirstPingsAsync(request, cancel);

    public async Task<FlowsReply> FlowsAsync(FlowsRequest request, CancellationToken cancel)
    {
        Refuse.If(request.Tier is not (null or "l1" or "l2" or "l3" or "openflow"),
            $"'{request.Tier}' is not a tier (l1, l2, l3, openflow)");
        if (!_directory.Placements.ContainsKey(request.Server))
            throw new FabricRequestException(RequestFailure.NotFound, $"there is no server '{request.Server}'");
        return await _requests.AskServer<FlowsReply>(request.Server, new GetFlows(request), cancel, TimeSpan.FromSeconds(30));
    }

    public Task<TraceReply> TraceAsync(TraceRequest request, CancellationToken cancel) => _tracing.TraceAsync(request, cancel);

    public async Task<VfReply> ChangeVfsAsync(VfChange change, CancellationToken cancel)
    {
        var changed = await _requests.AskController<VfsChanged>(new ChangeVfs(change), cancel, TimeSpan.FromSeconds(15));
        await _requests.AskServer<VfsSettled>(
            change.Server, new SettleVfs(changed.Epoch, changed.Revision), cancel, TimeSpan.FromSeconds(30));
        var report = await _requests.AskServer<ServerReport>(change.Server, new InspectServer(), cancel);
        return new VfReply(change.Server, report.Server.Eswitch, report.Server.VfCount, report.Server.VfLimit, report.Vfs);
    }

    public async Task<GuestReply> ChangeGuestAsync(GuestChange change, CancellationToken cancel)
    {
        Refuse.If(change is { Mac: null, Promiscuous: null }, "the request asks for nothing");
        var vm = await _requests.AskController<VmLocation>(new FindVm(change.Vm), cancel);
        return await _requests.AskServer<GuestReply>(vm.Server, new ChangeGuest(change), cancel);
    }

    public async Task<IAsyncEnumerable<CapturedFrame>> CaptureAsync(CaptureRequest request, CancellationToken cancel)
    {
        Refuse.If(request.Points is not { Count: > 0 } || request.Points.Any(string.IsNullOrEmpty), "the request names no capture point");
        foreach (var point in request.Points) await RefuseUnknownAsync(point, cancel);
        // Opened before the answer, and not when somebody reads: whoever has the answer believes that the recording has begun.
        return FramesAsync(_captures.Open(request), cancel);
    }

    private static async IAsyncEnumerable<CapturedFrame> FramesAsync(Capture capture, [EnumeratorCancellation] CancellationToken cancel)
    {
        using (capture)
            await foreach (var frame in capture.Frames.ReadAllAsync(cancel)) yield return frame;
    }

    private async Task RefuseUnknownAsync(string point, CancellationToken cancel)
    {
        if (point == UnderlayPorts.CapturePoint) return;
        var (server, port) = point.Split(':') is [var first, var second] ? (first, second)
            : throw new FabricRequestException(
                RequestFailure.Invalid,
                $"'{point}' is not a capture point; give SERVER:PORT, such as server-1:phy0, or {UnderlayPorts.CapturePoint}");
        if (!_directory.Placements.TryGetValue(server, out var placement))
            throw new FabricRequestException(RequestFailure.NotFound, $"there is no server '{server}'");
        // Tenant bytes do not cross the remoting: a server is captured at its own node's API.
        if (placement.Node != Akka.Cluster.Cluster.Get(_system).SelfAddress.ToString())
            throw new FabricRequestException(
                RequestFailure.Conflict, $"{server} is captured at its own node, {_directory.Apis.GetValueOrDefault(placement.Node)}");
        if (port == ServerPorts.Physical) return;
        var vfs = (await _requests.AskServer<ServerReport>(server, new InspectServer(), cancel)).Vfs.Select(vf => vf.Name).ToList();
        if (!vfs.Contains(port))
            throw new FabricRequestException(
                RequestFailure.NotFound,
                $"{server} has no port '{port}' to capture at; it has {string.Join(", ", vfs.Prepend(ServerPorts.Physical))}");
    }

    private async Task<FabricTopology> TopologyAsync(CancellationToken cancel)
    {
        var reply = await _requests.AskController<TopologyReply>(new GetTopology(), cancel);
        return reply.TopologyJson is null
            ? throw new FabricRequestException(RequestFailure.Conflict, "no topology is deployed")
            : TopologyJson.Read(reply.TopologyJson);
    }

    private async Task<string> ResolveAsync(PingRequest request, VmLocation source, CancellationToken cancel)
    {
        if (IsAddress(request.Destination)) return System.Net.IPAddress.Parse(request.Destination).ToString();
        var destination = await _requests.AskController<VmLocation>(new FindVm(request.Destination), cancel);
        // Another overlay may use the same addresses: whoever answered would not be the VM that was named.
        Refuse.If(destination.Overlay != source.Overlay,
            $"{destination.Name} is in overlay {destination.Overlay} and {source.Name} in {source.Overlay}: neither can address the other");
        var addresses = destination.Addresses.Where(a => request.Family == 0 || a.Contains(':') == (request.Family == 6)).ToList();
        return addresses.FirstOrDefault(a => source.Addresses.Any(own => own.Contains(':') == a.Contains(':')))
            ?? throw new FabricRequestException(
                RequestFailure.Invalid,
                $"{request.Source} and {request.Destination} have no common "
                + (request.Family == 0 ? "address family" : $"IPv{request.Family}"));
    }

    /// <summary>The parser of the runtime also takes 1 for 0.0.0.1, and such a name for a VM is allowed.</summary>
    private static bool IsAddress(string text) =>
        (text.Contains(':') || text.Count(c => c == '.') == 3) && System.Net.IPAddress.TryParse(text, out _);

    private IReadOnlyList<NodeStatus> Nodes()
    {
        var state = Akka.Cluster.Cluster.Get(_system).State;
        var placements = _directory.Placements.Values.ToLookup(p => p.Node, p => p.Server);
        return [.. state.Members.Select(member => new NodeStatus(
            member.Address.ToString(),
            _directory.Apis.GetValueOrDefault(member.Address.ToString(), ""),
            state.Unreachable.Contains(member) ? "Unreachable" : member.Status.ToString(),
            [.. placements[member.Address.ToString()].Order(NaturalOrder.Comparer)])).OrderBy(n => n.Api, StringComparer.Ordinal)];
    }
}
