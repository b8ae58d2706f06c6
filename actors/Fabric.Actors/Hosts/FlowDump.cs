using Fabric.Agent;
using Fabric.Datapath;

namespace Fabric.Actors;

/// <summary>The statistics of all flows of a kernel datapath, as the agent judges them.</summary>
public sealed record FlowDump(FlowStatistics[] Flows)
{
    public static FlowDump Of(KernelDatapath datapath)
    {
        var flows = new FlowStatistics[datapath.Statistics.FlowCount];
        var count = 0;
        foreach (var flow in datapath.Flows)
        {
            flows[count++] = new FlowStatistics(
                flow.Ufid, flow.Packets, flow.Bytes, Math.Max(0, flow.LastUsedMs), flow.Offload == OffloadState.Yes, flow.TcpFlags);
        }

        return new FlowDump(flows);
    }
}
