using Fabric.Actors.Protocol;
using Fabric.Flow;
using Fabric.Nic;

namespace Fabric.Actors;

/// <summary>Lists the flows of L1 and L2 in OVS's text form.</summary>
internal static class NicFlowLists
{
    public static FlowList Of(SmartNic nic, ListFlows request, long nowMs, IPortNames names)
    {
        var entries = new List<FlowEntry>();
        long truncated = 0;
        var text = new FlowTextOptions(Names: names);
        if (request.Wants("l1"))
        {
            var statistics = nic.L2.List().ToDictionary(flow => flow.Ufid);
            foreach (var entry in nic.L1.List(nowMs, request.Limit)) entries.Add(L1(nic, entry, statistics, nowMs, text, names));
            truncated += Math.Max(0, nic.L1.Count - request.Limit);
        }

        if (request.Wants("l2"))
        {
            foreach (var flow in nic.L2.List(request.Limit)) entries.Add(L2(flow, nowMs, text, names));
            truncated += Math.Max(0, nic.L2.Count - request.Limit);
        }

        return new FlowList(entries, truncated);
    }

    /// <summary>Its packets and bytes are those of the flow it is bound to, as in the other tiers; its hits are its own.</summary>
    private static FlowEntry L1(
        SmartNic nic, TrackedFlowView entry, Dictionary<Ufid, NicFlowView> statistics, long nowMs, FlowTextOptions text, IPortNames names)
    {
        var key = entry.Key;
        var mask = ShownMask.Of(ref key);
        var match = FlowText.Format(ref key, ref mask, text);
        if (!entry.IsBound || entry.IsStale)
        {
            var why = entry.IsStale ? "policy changed" : "no policy yet";
            return new FlowEntry("l1", null, match, "pending", entry.Hits, 0, 0, Age(entry.LastUsedMs, nowMs), null, why);
        }


        var flow = statistics[nic.L2.FlowAt(entry.PolicySlot).Ufid];
        return new FlowEntry(
            "l1", flow.Ufid.ToString(), match, flow.Actions.ToString(names), entry.Hits, flow.Packets, flow.Bytes,
            Age(entry.LastUsedMs, nowMs), null, null);
    }

    private static FlowEntry L2(NicFlowView flow, long nowMs, FlowTextOptions text, IPortNames names)
    {
        var (key, mask) = (flow.Key, flow.Mask);
        return new FlowEntry(
            "l2", flow.Ufid.ToString(), FlowText.Format(ref key, ref mask, text), flow.Actions.ToString(names), flow.Hits, flow.Packets,
            flow.Bytes, Age(flow.LastUsedMs, nowMs), null, flow.Refusal);
    }

    private static long? Age(long lastUsedMs, long nowMs) => lastUsedMs < 0 ? null : Math.Max(0, nowMs - lastUsedMs);
}
