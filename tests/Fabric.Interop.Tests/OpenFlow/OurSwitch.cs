using Fabric.Agent;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>Our switch with the ports that the real one has; requests and replies are bytes.</summary>
internal sealed class OurSwitch : IOpenFlowHost
{
    private static readonly KeyValuePair<string, ulong>[] Custom =
    [
        new("rx_custom_packets_1", 0), new("rx_custom_packets_2", 0), new("rx_q0_bytes", 0), new("rx_q0_packets", 0), new("tx_q0_bytes", 0),
        new("tx_q0_packets", 0),
    ];

    private readonly OvsAgent _agent = new();
    private readonly Dictionary<string, PortDescription> _devices;
    private readonly HashSet<string> _down = [];
    private readonly MultipartAssembler _assembler = new();
    private OpenFlowSession? _session;

    /// <param name="ports">As the real switch tells them in OpenFlow 1.5.</param>
    public OurSwitch(IReadOnlyList<PortDescription> ports, MacAddress mac)
    {
        _devices = ports.ToDictionary(p => p.Name);
        Assert.True(_agent.TryAddBridge(new BridgeSettings("br0", mac, new OdpPort(100)), 0, out var error), error);
        foreach (var port in ports.Where(p => p.Port != OfpPort.Local))
            Assert.True(_agent.TryAddPort("br0", new PortSettings(port.Name, port.Port, new OdpPort(100u + port.Port.Value)), out error),
                error);
        Switch = new OpenFlowSwitch(_agent.FindBridge("br0")!, this);
        Switch.Run(0);
    }

    public OpenFlowSwitch Switch { get; }

    public IOpenFlowPorts Ports => Switch.Bridge;

    public void Connect(OpenFlowVersion version)
    {
        if (_session is not null) Switch.Close(_session);
        _session = Switch.Accept(SessionSettings.Service, version);
    }

    public IReadOnlyList<byte[]> Ask(byte[] request)
    {
        var session = _session!;
        if (!_assembler.TryDecode(request, session.Version, session.CodecContext, 1000, out var message, out var error))
            session.Refuse(error, request);
        else if (message is not null) session.Receive(message, request, 1000);
        var replies = new List<byte[]>();
        while (session.TryTake(out var reply))
        {
            var wire = new WireWriter();

            MessageCodec.Encode(reply, session.Version, session.CodecContext, wire);
            replies.AddRange(Split(wire.ToArray()));
        }

        return replies;
    }

    public PortDescription Describe(AgentPort port)
    {
        var device = _devices[port.Name];
        if (!_down.Contains(port.Name)) return device;
        return device with { Configuration = device.Configuration | PortConfigurationBits.PortDown };
    }

    /// <summary>Nothing has passed any port of the real switch either, and devices for tests count no more.</summary>
    public PortStatistics Count(AgentPort port) => new(port.Number)
    {
        RxPackets = 0, TxPackets = 0, RxBytes = 0, TxBytes = 0, Custom = Custom,
    };

    /// <summary>As devices for tests have them.</summary>
    public IReadOnlyList<uint> QueuesOf(AgentPort port) => [0];

    public QueueCounters? CountQueue(AgentPort port, uint queue) => new(port.Number, queue);

    public IReadOnlyList<BucketCounters> CountMeter(AgentMeter meter) => [default, .. meter.Bands.Select(_ => default(BucketCounters))];

    public bool TrySetUp(AgentPort port, bool isUp) => isUp ? _down.Remove(port.Name) : _down.Add(port.Name);

    public void FlushConnections(ConnectionFilter filter)
    {
    }

    public OpenFlowError PacketOut(AgentBridge bridge, PacketOutMessage message) => OpenFlowError.None;

    public OpenFlowError Resume(AgentBridge bridge, ResumeMessage message) => OpenFlowError.NxrStale;

    private static IEnumerable<byte[]> Split(byte[] wire)
    {
        for (var at = 0; at < wire.Length;)
        {
            var size = (wire[at + 2] << 8) | wire[at + 3];
            yield return wire[at..(at + size)];
            at += size;
        }
    }
}
