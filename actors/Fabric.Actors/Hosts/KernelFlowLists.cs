using Fabric.Actors.Protocol;
using Fabric.Datapath;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>Lists the flows of L3, as <c>ovs-appctl dpctl/dump-flows type=…</c> selects them.</summary>
internal static class KernelFlowLists
{
    public static FlowList Of(KernelDatapath datapath, ListFlows request, long nowMs, IPortNames names)
    {
        if (!request.Wants("l3")) return new FlowList([], 0);
        var selected = datapath.Flows.Concat(datapath.PushedFlows).Where(flow => IsSelected(datapath, flow, request.Type)).ToList();
        return new FlowList(
            [.. selected.Take(request.Limit).Select(flow => Entry(datapath, flow, nowMs, names))],
            Math.Max(0, selected.Count - request.Limit));
    }

    /// <summary>The words of OVS; <c>tc</c> and <c>dpdk</c> name other providers' flows, of which there are none.</summary>
    private static bool IsSelected(KernelDatapath datapath, DatapathFlow flow, string? types)
    {
        var state = datapath.OffloadOf(flow);
        return types is null || types.Split(',').Any(type => type switch
        {
            "all" or "ovs" => true,
            "offloaded" => state == OffloadState.Yes,
            "partially-offloaded" => state == OffloadState.Partial,
            "non-offloaded" => state is not (OffloadState.Yes or OffloadState.Partial),
            _ => false,
        });
    }

    private static FlowEntry Entry(KernelDatapath datapath, DatapathFlow flow, long nowMs, IPortNames names)
    {
        flow.GetKey(out var key);
        var mask = flow.Mask;
        var reason = datapath.WhyNotOffloaded(flow);
        var fallback = flow.Fallbacks;
        return new FlowEntry(
            "l3", flow.Ufid.ToString(), FlowText.Format(ref key, ref mask, new FlowTextOptions(Names: names)), flow.Actions.ToString(names),
            flow.HostPackets, flow.Packets, flow.Bytes, flow.LastUsedMs < 0 ? null : Math.Max(0, nowMs - flow.LastUsedMs),
            reason is null ? "yes" : datapath.OffloadOf(flow) == OffloadState.Partial ? "partial" : "no", reason,
            new FlowFallback(fallback.NotLearned, fallback.HostDestined, fallback.NotProcessable, fallback.Diverted));
    }
}
