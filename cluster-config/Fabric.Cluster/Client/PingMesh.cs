using System.Net;
using Fabric.Actors.Protocol;
using Fabric.Topology;

namespace Fabric.Cluster;

/// <summary>
/// Pings between all pairs. Within an overlay every echo must come back. Across overlays none may arrive: since two overlays can use the
/// same addresses, an answer proves nothing there (the own overlay's twin may have given it), so the destination is asked what it saw of
/// others.
/// </summary>
internal sealed class PingMesh(FabricRequests requests)
{
    /// <summary>Pairs in flight; each keeps one VM busy.</summary>
    private const int Parallelism = 16;

    /// <summary>A frame that goes astray does so in microseconds.</summary>
    private const int AcrossTimeoutMs = 300;

    public async Task<PingMeshReply> RunAsync(FabricTopology topology, PingMeshRequest request, CancellationToken cancel)
    {
        Refuse.If(request.Count is < 1 or > 10_000, "the count must be between 1 and 10000");
        Refuse.If(request.TimeoutMs is < 1 or > 60_000, "the timeout must be between 1 and 60000 ms");
        Refuse.If(request.Overlay is not null && topology.FindOverlay(request.Overlay) is null, $"there is no overlay '{request.Overlay}'");
        var within = await RunPairsAsync(Pairs(topology, request.Overlay, across: false), request, PingAsync, cancel);
        // Nothing is waited for there, so a long patience with echoes would only make it long.
        var probe = request with { TimeoutMs = Math.Min(request.TimeoutMs, AcrossTimeoutMs) };
        var across = request.Overlay is null
            ? await RunPairsAsync(Pairs(topology, null, across: true), probe, ProbeAsync, cancel)
            : [];
        return new PingMeshReply(within, across);
    }

    /// <summary>Only the pairs between the given overlays.</summary>
    public Task<IReadOnlyList<PingPair>> RunAcrossAsync(
        FabricTopology topology, IReadOnlyList<string> overlays, PingMeshRequest request, CancellationToken cancel) =>
        RunPairsAsync(
            Pairs(topology, null, across: true).Where(p => overlays.Contains(p.Source.Overlay) && overlays.Contains(p.Destination.Overlay)),
            request, ProbeAsync, cancel);

    private static IEnumerable<(VmSpec Source, VmSpec Destination, IPAddress Address)> Pairs(FabricTopology topology, string? overlay,
        bool across) =>
        from source in topology.Vms
        where overlay is null || source.Overlay == overlay
        from destination in topology.Vms
        where source.Name != destination.Name && source.Overlay == destination.Overlay != across
        from address in new[] { destination.Ipv4, destination.Ipv6 }
        where address is not null
        // Within an overlay both ends have the family; across, a source without the family cannot even try, which proves nothing.
        where address.Equals(destination.Ipv4) ? source.Ipv4 is not null : source.Ipv6 is not null
        select (source, destination, address);

    /// <summary>One source's pairs one after the other, the sources side by side.</summary>
    private static async Task<IReadOnlyList<PingPair>> RunPairsAsync(
        IEnumerable<(VmSpec Source, VmSpec Destination, IPAddress Address)> pairs, PingMeshRequest request,
        Func<VmSpec, VmSpec, IPAddress, PingMeshRequest, CancellationToken, Task<PingPair>> ping, CancellationToken cancel)
    {
        using var gate = new SemaphoreSlim(Parallelism);
        var bySource = await Task.WhenAll(pairs.GroupBy(p => p.Source.Name).Select(async group =>
        {
            await gate.WaitAsync(cancel);
            try
            {
                var results = new List<PingPair>();
                foreach (var (source, destination, address) in group)
                    results.Add(await ping(source, destination, address, request, cancel));
                return results;
            }
            finally
            {
                gate.Release();
            }
        }));
        return [.. bySource.SelectMany(results => results)];
    }

    private async Task<PingPair> PingAsync(
        VmSpec source, VmSpec destination, IPAddress address, PingMeshRequest request, CancellationToken cancel)
    {
        var reply = await SendAsync(source, address, request, cancel);
        var rtts = reply.Echoes.Where(e => e.RttUs is not null).Select(e => e.RttUs!.Value).Order().ToList();
        return Pair(source, destination, address, reply.Sent, reply.Received, rtts.Count == 0 ? null : rtts[rtts.Count / 2], reply.Foreign);
    }

    private async Task<PingPair> ProbeAsync(
        VmSpec source, VmSpec destination, IPAddress address, PingMeshRequest request, CancellationToken cancel)
    {
        var runId = (uint)Random.Shared.Next(1, int.MaxValue);
        var reply = await SendAsync(source, address, request, cancel, runId);
        var seen = await requests.AskServer<ForeignCount>(destination.Server, new CountForeign(destination.Name, runId), cancel);
        return Pair(source, destination, address, reply.Sent, (int)seen.Frames, null, reply.Foreign);
    }

    private Task<PingReply> SendAsync(
        VmSpec source, IPAddress address, PingMeshRequest request, CancellationToken cancel, uint runId = 0) =>
        requests.AskServer<PingReply>(
            source.Server,
            new RunPing(source.Name, address.ToString(), request.Count, 56, 1, request.TimeoutMs, runId, 0, false),
            cancel, TimeSpan.FromMilliseconds((double)request.Count * request.TimeoutMs + 10_000));

    private static PingPair Pair(VmSpec source, VmSpec destination, IPAddress address, int sent, int received, long? rttUs, int foreign) =>
        new(
        source.Name, destination.Name, source.Overlay, destination.Overlay,
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 4 : 6, address.ToString(), sent, received, rttUs, foreign);
}
