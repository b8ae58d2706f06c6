using Fabric.Datapath;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>The statistics of all flows of a kernel datapath.</summary>
public sealed record FlowDump(IReadOnlyList<FlowDumpEntry> Flows)
{
    public static FlowDump Of(KernelDatapath datapath)
    {
        var flows = new List<FlowDumpEntry>(datapath.Statistics.FlowCount);
        foreach (var flow in datapath.Flows)
        {
            flows.Add(new FlowDumpEntry(
                flow.Ufid, flow.Packets, flow.Bytes, flow.LastUsedMs, flow.TcpFlags, flow.Offload == OffloadState.Yes));
        }

        return new FlowDump(flows);
    }
}
