using Fabric.Agent.Configuration;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>What host and NIC have counted together, by port; and of ports with a shaper the queues.</summary>
public sealed record DatapathCounters(
    IReadOnlyDictionary<OdpPort, PortCounters> Ports, IReadOnlyDictionary<OdpPort, IReadOnlyList<QueueStatistics>> Queues)
{
    public static DatapathCounters None { get; } =
        new(new Dictionary<OdpPort, PortCounters>(), new Dictionary<OdpPort, IReadOnlyList<QueueStatistics>>());

    /// <summary>Each frame was counted by one of the two; a port is shaped by one of the two.</summary>
    public static DatapathCounters Sum(PortCounterList one, PortCounterList other)
    {
        var ports = new Dictionary<OdpPort, PortCounters>(one.Ports);
        foreach (var (port, counters) in other.Ports)
            ports[port] = ports.TryGetValue(port, out var before) ? before.Plus(counters) : counters;
        var queues = new Dictionary<OdpPort, IReadOnlyList<QueueStatistics>>(one.Queues);
        foreach (var (port, counters) in other.Queues) queues[port] = counters;
        return new DatapathCounters(ports, queues);
    }
}
