using System.Diagnostics;
using System.Globalization;
using Fabric.Actors.Protocol;
using Fabric.Topology;

namespace Fabric.Cluster;

/// <summary>Runs a topology's <c>validate</c> block, in its order.</summary>
internal sealed class Validation(IFabric fabric, PingMesh mesh)
{
    private static readonly TimeSpan OffloadPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OffloadInterval = TimeSpan.FromMilliseconds(100);

    public async Task<ValidateReply> RunAsync(FabricTopology topology, CancellationToken cancel)
    {
        var results = new List<CheckResult>();
        foreach (var check in topology.Checks)
        {
            var watch = Stopwatch.StartNew();
            var result = check switch
            {
                PingAllCheck ping => await PingAllAsync(topology, ping, cancel),
                IsolatedCheck isolated => await IsolatedAsync(topology, isolated, cancel),
                OffloadedCheck offloaded => await OffloadedAsync(topology, offloaded, cancel),
                _ => throw new InvalidOperationException($"no such check: {check.GetType().Name}"),
            };
            results.Add(result with { TookMs = watch.ElapsedMilliseconds });
        }

        return new ValidateReply(results);
    }

    /// <summary>Repeats the mesh until every pair answers or the time is up: a fabric may be given time to settle, not excused.</summary>
    private async Task<CheckResult> PingAllAsync(FabricTopology topology, PingAllCheck check, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        PingMeshReply reply;
        do
        {
            reply = await mesh.RunAsync(topology, new PingMeshRequest(1, check.Overlay), cancel);
        }
        while (!reply.Passed && watch.ElapsedMilliseconds < check.WithinMs);

        var answered = reply.Within.Count(p => p.Received == p.Sent);
        return new CheckResult(
            $"pingall {check.Overlay} within {check.WithinMs / 1000.0:0.###}s", reply.Passed,
            $"{answered} of {reply.Within.Count} pairs answer", 0, reply);
    }

    private async Task<CheckResult> IsolatedAsync(FabricTopology topology, IsolatedCheck check, CancellationToken cancel)
    {
        var pairs = await mesh.RunAcrossAsync(topology, check.Overlays, new PingMeshRequest(1, null, 300), cancel);
        var leaked = pairs.Sum(p => p.Received + p.Foreign);
        return new CheckResult(
            $"isolated {string.Join(", ", check.Overlays)}", leaked == 0 && pairs.Count > 0,
            $"{pairs.Sum(p => p.Sent)} frames sent across, {leaked} delivered", 0, new PingMeshReply([], pairs));
    }

    /// <summary>Asks again for a moment while it does not hold: a NIC has a flow only when its acknowledgement has come back.</summary>
    private async Task<CheckResult> OffloadedAsync(FabricTopology topology, OffloadedCheck check, CancellationToken cancel)
    {
        var names = topology.ServersMatching(check.Server).Select(s => s.Name).ToHashSet();
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(OffloadInterval, cancel))
        {
            var servers = (await fabric.InspectAsync(cancel)).Servers.Where(s => names.Contains(s.Name)).ToList();
            var shares = servers.Select(s => (s.Name, Share: s.FlowsL3 == 0 ? double.NaN : (double)s.FlowsOffloaded / s.FlowsL3)).ToList();
            var failed = shares.Where(s => !check.Share.Holds(s.Share)).Select(s => $"{s.Name} {Percent(s.Share)}").ToList();
            if (failed.Count > 0 && watch.Elapsed < OffloadPatience) continue;
            return new CheckResult(
                $"offloaded {check.Server} {check.Share}", failed.Count == 0 && shares.Count > 0,
                failed.Count == 0 ? $"{servers.Sum(s => s.FlowsOffloaded)} of {servers.Sum(s => s.FlowsL3)} flows"
                    : string.Join(", ", failed),
                0, null);
        }
    }

    private static string Percent(double share) =>
        double.IsNaN(share) ? "has no flows" : string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");
}
