using Fabric.Agent;
using Fabric.Agent.Configuration;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;

namespace Fabric.Actors;

/// <summary>What a kernel datapath shows to the commands of ovs-vswitchd.</summary>
internal static class DatapathViews
{
    public static ConntrackView Connections(KernelDatapath datapath, long nowMs)
    {
        var (tracker, fragments) = (datapath.Connections, datapath.Fragments);
        return new ConntrackView
        {
            Entries = [.. tracker.Dump(nowMs)], Count = tracker.Count, MaxCount = tracker.MaxConnections,
            ChecksTcpSequence = tracker.ChecksTcpSequence, Limits = [.. tracker.Limits], FragmentsV4 = fragments.StatusV4,
            FragmentsV6 = fragments.StatusV6, HeldFragments = fragments.HeldCount, MaxFragments = fragments.MaxFragments,
            FragmentLists = [.. fragments.Describe()],
        };
    }

    public static DatapathView Of(KernelDatapath datapath, long nowMs, bool isUserspace, bool withConnections)
    {
        var statistics = datapath.Statistics;
        var flows = datapath.Flows.Concat(datapath.PushedFlows).Select(f => Flow(datapath, f, nowMs, isUserspace)).ToArray();
        return new DatapathView(isUserspace ? "netdev" : "system", isUserspace ? "ovs-netdev" : "ovs-system")
        {
            IsUserspace = isUserspace,
            Hit = statistics.Hit, Missed = statistics.Missed, Lost = statistics.Lost, FlowCount = statistics.FlowCount,
            MaskCount = isUserspace ? null : statistics.MaskCount, MaskHits = statistics.MaskHits,
            Ports = [.. datapath.Ports.All.OrderBy(p => p.Number.Value).Select(p => Port(p, datapath.Tunnels, isUserspace))],
            Flows = flows,
            Conntrack = withConnections ? Connections(datapath, nowMs) : null,
            Offload = datapath.HasOffload ? Offload(datapath, isUserspace ? "dpdk" : "tc") : null,
            LocalAddresses = [.. datapath.Tunnels.LocalAddresses.Select(l => (l.Mac, l.Address))],
        };
    }

    /// <summary>With what NIC and host have counted together, instead of the host alone.</summary>
    public static DatapathView WithCounters(DatapathView view, DatapathCounters counters) => view with
    {
        Ports = [.. view.Ports.Select(port => !counters.Ports.TryGetValue(port.Number, out var c) ? port : port with
        {
            Queues = counters.Queues.GetValueOrDefault(port.Number) ?? [],
            RxPackets = c.RxPackets, RxBytes = c.RxBytes, RxDropped = c.RxDropped, TxPackets = c.TxPackets, TxBytes = c.TxBytes,
            TxDropped = c.TxDropped,
        })],
    };

    public static DatapathFlowView Flow(
        KernelDatapath datapath, DatapathFlow flow, long nowMs, bool isUserspace, FlowKey? packet = null)
    {
        var state = datapath.OffloadOf(flow);
        var (isWhole, isPartial) = (state == OffloadState.Yes, state == OffloadState.Partial);
        flow.GetKey(out var key);
        return new DatapathFlowView
        {
            Key = key, Mask = flow.Mask, Ufid = flow.Ufid, Actions = flow.Actions, Packets = flow.Packets, Bytes = flow.Bytes,
            UnusedMs = flow.LastUsedMs < 0 ? null : Math.Max(0, nowMs - flow.LastUsedMs), TcpFlags = flow.TcpFlags,
            Packet = packet,
            // The NIC is driven by hooks in the kernel, as flower rules are; tools select hardware flows of a kernel by this word.
            Layer = !isWhole ? "ovs" : isUserspace ? "dpdk" : "tc",
            IsOffloaded = isWhole || isPartial,
            ExtraInfo = datapath.HasOffload && !isWhole
                ? $"{(isPartial ? "partially" : "not")}_offloaded({datapath.WhyNotOffloaded(flow)})" : null,
        };
    }

    private static DatapathPortView Port(DatapathPort port, TunnelTables tunnels, bool isUserspace)
    {
        var tunnel = tunnels.TryGetPort(port.Number, out var found) ? found : null;
        var type = port.Kind switch
        {
            DatapathPortKind.Local => isUserspace ? "tap" : "internal",
            DatapathPortKind.Tunnel => tunnel?.Type switch { TunnelType.Geneve => "geneve", TunnelType.Nvgre => "gre", _ => "vxlan" },
            _ => "system",
        };
        return new DatapathPortView(port.Number, port.Name, type)
        {
            Options = port.Kind == DatapathPortKind.Tunnel ? [new("packet_type", "ptap")] : [],
            RxPackets = port.RxPackets, RxBytes = port.RxBytes, TxPackets = port.TxPackets, TxBytes = port.TxBytes,
            RxErrors = 0, TxErrors = 0, RxDropped = port.RxDropped, TxDropped = port.TxDropped,
            RxOverruns = 0, RxFrameErrors = 0, TxAborted = 0, TxCarrierErrors = 0, Collisions = 0,
        };
    }

    private static OffloadView Offload(KernelDatapath datapath, string provider)
    {
        var ports = datapath.Ports.All.Where(p => p.Kind != DatapathPortKind.Local).OrderBy(p => p.Name, StringComparer.Ordinal);
        return new OffloadView(
            datapath.Flows.Count(f => datapath.OffloadOf(f) == OffloadState.Requested),
            datapath.Flows.Count(f => datapath.OffloadOf(f) is OffloadState.Yes or OffloadState.Partial), 0,
            [(provider, [.. ports.Select(p => $"{p.Name}: port_no: {p.Number.Value}, ifindex: {p.Number.Value + 1}")])]);
    }
}
