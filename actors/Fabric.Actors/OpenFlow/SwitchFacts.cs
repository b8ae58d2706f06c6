using Fabric.Agent;
using Fabric.Agent.Configuration;
using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Actors;

/// <summary>What bridges' controllers learn of devices and ask of the datapath, from what the agent's actor has at hand.</summary>
internal sealed class SwitchFacts(SwitchLoop loop, ControllerPackets packets, IDatapath datapath) : IOpenFlowHost
{
    /// <summary>Of the datapath's ports, as last heard.</summary>
    public Func<IReadOnlyDictionary<OdpPort, PortCounters>> Counters { get; set; } = () => new Dictionary<OdpPort, PortCounters>();

    /// <summary>Of the queues of its ports, where they have any.</summary>
    public Func<IReadOnlyDictionary<OdpPort, IReadOnlyList<QueueStatistics>>> Queues { get; set; } =
        () => new Dictionary<OdpPort, IReadOnlyList<QueueStatistics>>();

    /// <summary>Time of the datapath, by which queues are as old as they are.</summary>
    public Func<long> NowMs { get; set; } = () => 0;

    /// <summary>Of the datapath's meters by number, as last heard.</summary>
    public Func<IReadOnlyDictionary<uint, MeterCounts>> Meters { get; set; } = () => new Dictionary<uint, MeterCounts>();

    /// <summary>Sets a device up or down; false where the device cannot be told.</summary>
    public Func<AgentPort, bool, bool> SetUp { get; set; } = (_, _) => false;

    /// <summary>Whether an administrator has set a device down.</summary>
    public Func<AgentPort, bool> IsAdminDown { get; set; } = _ => false;

    /// <summary>Devices for tests count less than others, and have a queue without counters.</summary>
    public Func<AgentPort, bool> IsDummy { get; set; } = _ => false;

    public PortDescription Describe(AgentPort port)
    {
        var state = loop.Reconciler.Interfaces.GetValueOrDefault(port.Name);
        var isDown = IsAdminDown(port);
        return new PortDescription(port.Number, state?.Mac ?? port.Settings.Mac, port.Name)
        {
            Configuration = isDown ? PortConfigurationBits.PortDown : PortConfigurationBits.None,
            State = port.IsUp && !isDown ? PortStateBits.None : PortStateBits.LinkDown,
            Current = FeaturesOf(state?.Device?.LinkSpeed),
            CurrentSpeed = (uint)((state?.Device?.LinkSpeed ?? 0) / 1_000),
            MaxSpeed = (uint)((state?.Device?.LinkSpeed ?? 0) / 1_000),
        };
    }

    public PortStatistics Count(AgentPort port)
    {
        if (port.Settings.Type is AgentPortType.Patch or AgentPortType.Tunnel)
            return new PortStatistics(port.Number)
            {
                RxPackets = (ulong)port.CreditedRxPackets, RxBytes = (ulong)port.CreditedRxBytes,
                TxPackets = (ulong)port.CreditedTxPackets, TxBytes = (ulong)port.CreditedTxBytes,
            };
        var counters = Counters().GetValueOrDefault(port.Settings.Odp);
        if (IsDummy(port))
            return new PortStatistics(port.Number)
            {
                RxPackets = (ulong)counters.RxPackets, RxBytes = (ulong)counters.RxBytes,
                TxPackets = (ulong)counters.TxPackets, TxBytes = (ulong)counters.TxBytes,
                // The names of OVS's own (lib/netdev-dummy.c), in its order.
                Custom =
                [
                    new("rx_custom_packets_1", (ulong)counters.RxPackets), new("rx_custom_packets_2", (ulong)counters.RxPackets),
                    new("rx_q0_bytes", (ulong)counters.RxBytes),
                    new("rx_q0_packets", (ulong)counters.RxPackets), new("tx_q0_bytes", (ulong)counters.TxBytes),
                    new("tx_q0_packets", (ulong)counters.TxPackets),
                ],
            };
        return new PortStatistics(port.Number)
        {
            RxPackets = (ulong)counters.RxPackets, RxBytes = (ulong)counters.RxBytes, RxDropped = (ulong)counters.RxDropped,
            TxPackets = (ulong)counters.TxPackets, TxBytes = (ulong)counters.TxBytes, TxDropped = (ulong)counters.TxDropped,
            RxErrors = 0, TxErrors = 0, RxFrameErrors = 0, RxOverErrors = 0, RxCrcErrors = 0, Collisions = 0,
        };
    }

    /// <summary>
    /// OVS's devices for tests have queue 0, whatever is configured; others that shape have it beside those that are configured (OVS:
    /// <c>iface_configure_qos</c>).
    /// </summary>
    public IReadOnlyList<uint> QueuesOf(AgentPort port) => IsDummy(port) ? [0]
        : port.Settings.Qos is { IsShaping: true } qos && port.Settings.Type is AgentPortType.System or AgentPortType.Internal
            ? [.. qos.Queues.Keys.Append(0u).Distinct().Order()] : [];

    public QueueCounters? CountQueue(AgentPort port, uint queue)
    {
        if (IsDummy(port)) return queue == 0 ? new QueueCounters(port.Number, queue) : null;
        if (Queues().GetValueOrDefault(port.Settings.Odp) is not { } queues) return null;
        return queues.Where(q => q.Queue == queue).Select(q => new QueueCounters(port.Number, queue)
        {
            TxPackets = (ulong)q.TxPackets, TxBytes = (ulong)q.TxBytes, TxErrors = (ulong)q.TxErrors,
            Duration = RuleDuration.OfMilliseconds(Math.Max(0, NowMs() - q.CreatedMs)),
        }).FirstOrDefault();
    }

    public IReadOnlyList<BucketCounters> CountMeter(AgentMeter meter) => Meters().GetValueOrDefault(meter.DatapathId) is { } counts
        ? [Of(counts.Packets, counts.Bytes), .. counts.Bands.Select(band => Of(band.Packets, band.Bytes))]
        : [default, .. meter.Bands.Select(_ => default(BucketCounters))];

    public bool TrySetUp(AgentPort port, bool isUp) => SetUp(port, isUp);

    public void FlushConnections(ConnectionFilter filter) => datapath.Track(new FlushConnections(filter));

    public OpenFlowError PacketOut(AgentBridge bridge, PacketOutMessage message) => packets.Out(bridge, message);

    public OpenFlowError RehearsePacketOut(AgentBridge bridge, PacketOutMessage message) => packets.Rehearse(bridge, message);

    public OpenFlowError Resume(AgentBridge bridge, ResumeMessage message) => packets.Resume(message);

    private static BucketCounters Of(long packets, long bytes) => new((ulong)packets, (ulong)bytes);

    private static PortFeatures FeaturesOf(long? bitsPerSecond) => bitsPerSecond switch
    {
        null => PortFeatures.None,
        10_000_000_000 => PortFeatures.Speed10GFullDuplex,
        40_000_000_000 => PortFeatures.Speed40GFullDuplex,
        100_000_000_000 => PortFeatures.Speed100GFullDuplex,
        1_000_000_000 => PortFeatures.Speed1GFullDuplex,
        _ => PortFeatures.OtherSpeed,
    };
}
