using Fabric.Actors.Protocol;
using Fabric.Datapath;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>Lists the flows of L3, as <c>ovs-appctl dpctl/dump-flows type=…</c> selects them.</summary>
internal static class KernelFlowLists
{
    public static FlowList Of(KernelDatapath datapath, ListFlows request, long nowMs, IPortNames names, bool isReachable)
    {
        if (!request.Wants("l3")) return new FlowList([], 0);
        var selected = datapath.Flows.Concat(datapath.PushedFlows).Where(flow => IsSelected(flow, request.Type, isReachable)).ToList();
        return new FlowList(
            [.. selected.Take(request.Limit).Select(flow => Entry(flow, nowMs, names, datapath.HasOffload, isReachable))],
            Math.Max(0, selected.Count - request.Limit));
    }

    /// <summary>The words of OVS; <c>tc</c> and <c>dpdk</c> name other providers' flows, of which there are none.</summary>
    private static bool IsSelected(DatapathFlow flow, string? types, bool isReachable)
    {
        return types is null || types.Split(',').Any(type => type switch
        {
            "all" or "ovs" => true,
            "offloaded" => isReachable && flow.Offload == OffloadState.Yes,
            "partially-offloaded" => isReachable && flow.Offload == OffloadState.Partial,
            "non-offloaded" => !isReachable || flow.Offload is not (OffloadState.Yes or OffloadState.Partial),
            _ => false,
        });
    }

    private static FlowEntry Entry(DatapathFlow flow, long nowMs, IPortNames names, bool hasOffload, bool isReachable)
    {
        flow.GetKey(out var key);
        var mask = flow.Mask;
        var reason = !hasOffload ? "offload is off for this server" : isReachable ? flow.NotOffloadedBecause : KernelDatapath.NicSilent;
        var fallback = flow.Fallbacks;
        return new FlowEntry(
            "l3", flow.Ufid.ToString(), FlowText.Format(ref key, ref mask, new FlowTextOptions(Names: names)), flow.Actions.ToString(names),
            flow.HostPackets, flow.Packets, flow.Bytes, flow.LastUsedMs < 0 ? null : Math.Max(0, nowMs - flow.LastUsedMs),
            reason is null ? "yes" : isReachable && flow.Offload == OffloadState.Partial ? "partial" : "no", reason,
            new FlowFallback(fallback.NotLearned, fallback.HostDestined, fallback.NotProcessable, fallback.Diverted));
    }
}
