using Fabric.Agent.Configuration;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Nic;

namespace Fabric.Actors;

/// <summary>What one datapath counted by port, such that the sum over NIC and host counts each frame once.</summary>
/// <param name="Round">Of the question that this answers.</param>
public sealed record PortCounterList(
    long Round, bool IsNic, IReadOnlyDictionary<OdpPort, PortCounters> Ports,
    IReadOnlyDictionary<OdpPort, IReadOnlyList<QueueStatistics>> Queues)
{
    /// <summary>Every frame of a VF, a physical port or a tunnel comes by the NIC, and to the first two also every frame goes by
    /// it.</summary>
    public static PortCounterList Of(SmartNic nic, long round) => new(round, true, nic.Ports.ToDictionary(
        port => port.Number,
        port => new PortCounters(
            port.Port.RxPackets, port.Port.RxBytes, port.Port.RxDropped, port.Port.TxPackets, port.Port.TxBytes, port.Port.TxDropped,
            port.IsLinked)), QueuesOf(nic.Ports.Select(port => port.Port)));

    /// <summary>The host alone sees its own interfaces; into tunnels it sends what the NIC did not.</summary>
    public static PortCounterList Of(KernelDatapath datapath, long round) => new(round, false, datapath.Ports.All.ToDictionary(
        port => port.Number,
        port => port.Kind switch
        {
            DatapathPortKind.Local => new PortCounters(
                port.RxPackets, port.RxBytes, port.RxDropped, port.TxPackets, port.TxBytes, port.TxDropped),
            DatapathPortKind.Tunnel => new PortCounters(0, 0, port.RxDropped, port.TxPackets, port.TxBytes, port.TxDropped),
            _ => new PortCounters(0, 0, port.RxDropped, 0, 0, port.TxDropped),
        }), QueuesOf(datapath.Ports.All));

    private static Dictionary<OdpPort, IReadOnlyList<QueueStatistics>> QueuesOf(IEnumerable<DatapathPort> ports) =>
        ports.Where(port => port.Shaper is not null)
            .ToDictionary(port => port.Number, IReadOnlyList<QueueStatistics> (port) => [.. port.Shaper!.Queues]);
}
