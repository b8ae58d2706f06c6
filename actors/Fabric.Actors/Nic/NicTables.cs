using Fabric.Actors.Protocol;
using Fabric.Datapath;
using Fabric.Nic;

namespace Fabric.Actors;

/// <summary>A NIC's tables and fallback counters for a report.</summary>
internal static class NicTables
{
    /// <returns>Of a server yet to be named, whose host has yet to say what it took.</returns>
    public static NicState Of(SmartNic nic)
    {
        var (counters, l1) = (nic.Counters, nic.L1);
        return new NicState(
            "", nic.Options.Offloads.Name, nic.Options.Eviction, l1.Count, nic.Options.ExactMatch.Capacity, l1.PendingCount,
            l1.Counters.InsertsRefused, Evictions(l1.Counters), nic.L2.Count, nic.L2.MaskCount, nic.L2.Slots.UsedCount,
            new FlowFallback(
                counters.Fallback(FallbackReason.NotLearned), counters.Fallback(FallbackReason.HostDestined),
                counters.Fallback(FallbackReason.NotProcessable), counters.Fallback(FallbackReason.Diverted)),
            0, counters.UnknownFlows, counters.UnknownPorts);
    }

    private static SortedDictionary<string, long> Evictions(ExactMatchCounters counters)
    {
        var causes = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var cause in Enum.GetValues<EvictionCause>())
            if (counters.Evicted(cause) is > 0 and var entries) causes[cause.ToString()] = entries;
        return causes;
    }
}
