using Fabric.Agent.Configuration;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Nic;

namespace Fabric.Actors;

/// <summary>What one datapath counted by port, such that the sum over NIC and host counts each frame once.</summary>
public sealed record PortCounterList(bool IsNic, IReadOnlyDictionary<OdpPort, PortCounters> Ports)
{
    /// <summary>Every frame of a VF, a physical port or a tunnel comes by the NIC, and to the first two also every frame goes by
    /// it.</summary>
    public static PortCounterList Of(SmartNic nic) => new(true, nic.Ports.ToDictionary(
        port => port.Number,
        port => new PortCounters(
            port.Port.RxPackets, port.Port.RxBytes, port.Port.RxDropped, port.Port.TxPackets, port.Port.TxBytes, port.Port.TxDropped,
            port.Port.IsUp)));

    /// <summary>The host alone sees its own interfaces; into tunnels it sends what the NIC did not.</summary>
    public static PortCounterList Of(KernelDatapath datapath) => new(false, datapath.Ports.All.ToDictionary(
        port => port.Number,
        port => port.Kind switch
        {
            DatapathPortKind.Local => new PortCounters(
                port.RxPackets, port.RxBytes, port.RxDropped, port.TxPackets, port.TxBytes, port.TxDropped),
            DatapathPortKind.Tunnel => new PortCounters(0, 0, port.RxDropped, port.TxPackets, port.TxBytes, port.TxDropped),
            _ => new PortCounters(0, 0, port.RxDropped, 0, 0, port.TxDropped),
        }));

    public static IReadOnlyDictionary<OdpPort, PortCounters> Sum(PortCounterList one, PortCounterList other)
    {
        var sum = new Dictionary<OdpPort, PortCounters>(one.Ports);
        foreach (var (port, counters) in other.Ports)
            sum[port] = sum.TryGetValue(port, out var before) ? before.Plus(counters) : counters;
        return sum;
    }
}
