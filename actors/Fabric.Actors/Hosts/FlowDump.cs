using Fabric.Agent;
using Fabric.Datapath;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>The statistics of all flows of a kernel datapath, as the agent judges them, and of its meters, by number.</summary>
public sealed record FlowDump(FlowStatistics[] Flows, IReadOnlyDictionary<uint, MeterCounts> Meters)
{
    public static IReadOnlyDictionary<uint, MeterCounts> MetersOf(KernelDatapath datapath) =>
        datapath.Meters.Ids.ToDictionary(id => id, id => datapath.Meters.TryGet(id, out var counts) ? counts : null!);

    public static FlowDump Of(KernelDatapath datapath)
    {
        var flows = new FlowStatistics[datapath.Statistics.FlowCount];
        var count = 0;
        foreach (var flow in datapath.Flows)
        {
            flows[count++] = new FlowStatistics(
                flow.Ufid, flow.Packets, flow.Bytes, Math.Max(0, flow.LastUsedMs), flow.Offload == OffloadState.Yes, flow.TcpFlags);
        }

        return new FlowDump(flows, MetersOf(datapath));
    }
}
