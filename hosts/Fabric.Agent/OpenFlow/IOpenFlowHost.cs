using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// What an OpenFlow switch asks of the host around its bridge: devices, counters, packets. All of it is prepared; nothing waits.
/// </summary>
public interface IOpenFlowHost
{
    /// <summary>
    /// What the device says: address, link, speeds. The switch itself knows number, name and what controllers configured.
    /// </summary>
    PortDescription Describe(AgentPort port);

    /// <summary>Counters of the device; what it does not count is unknown.</summary>
    PortStatistics Count(AgentPort port);

    /// <summary>In ascending order.</summary>
    IReadOnlyList<uint> QueuesOf(AgentPort port) => port.Settings.Qos is { } qos ? [.. qos.Queues.Keys.Order()] : [];

    /// <summary>Null when the port has no such queue.</summary>
    QueueCounters? CountQueue(AgentPort port, uint queue);

    /// <summary>Packets and bytes of a meter, then of each of its bands.</summary>
    IReadOnlyList<BucketCounters> CountMeter(AgentMeter meter);

    /// <summary>Sets the device up or down (<c>OFPPC_PORT_DOWN</c>); false when that cannot be done.</summary>
    bool TrySetUp(AgentPort port, bool isUp);

    /// <summary>Forgets tracked connections.</summary>
    void FlushConnections(ConnectionFilter filter);

    /// <summary>Runs the actions of a packet-out, already checked.</summary>
    OpenFlowError PacketOut(AgentBridge bridge, PacketOutMessage message);

    /// <summary>What <see cref="PacketOut"/> would answer now, without doing it.</summary>
    OpenFlowError RehearsePacketOut(AgentBridge bridge, PacketOutMessage message);

    /// <summary>Lets a packet go on where a controller action with <c>pause</c> stopped it.</summary>
    OpenFlowError Resume(AgentBridge bridge, ResumeMessage message);
}
