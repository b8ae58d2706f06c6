using Fabric.Agent;
using Fabric.Datapath;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>The statistics of all flows of a kernel datapath, as the agent judges them, and of its meters, by number.</summary>
/// <param name="Pushed">Those that were pushed to the NIC before any packet.</param>
public sealed record FlowDump(FlowStatistics[] Flows, IReadOnlyDictionary<uint, MeterCounts> Meters, FlowStatistics[] Pushed)
{
    /// <summary>The life of the agent that asked.</summary>
    public ulong Life { get; init; }

    public static IReadOnlyDictionary<uint, MeterCounts> MetersOf(KernelDatapath datapath) =>
        datapath.Meters.Ids.ToDictionary(id => id, id => datapath.Meters.TryGet(id, out var counts) ? counts : null!);

    public static FlowDump Of(KernelDatapath datapath)
    {
        var flows = new FlowStatistics[datapath.Statistics.FlowCount];
        var count = 0;
        foreach (var flow in datapath.Flows) flows[count++] = StatisticsOf(flow);
        return new FlowDump(flows, MetersOf(datapath), [.. datapath.PushedFlows.Select(StatisticsOf)]);
    }

    private static FlowStatistics StatisticsOf(DatapathFlow flow) => new(
        flow.Ufid, flow.Packets, flow.Bytes, Math.Max(0, flow.LastUsedMs), flow.Offload == OffloadState.Yes, flow.TcpFlags);
}
