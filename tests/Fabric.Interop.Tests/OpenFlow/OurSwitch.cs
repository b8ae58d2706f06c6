using Fabric.Agent;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>Our switch with the ports that the real one has.</summary>
internal sealed class OurSwitch : IOpenFlowHost, IDatapath
{
    public const long NowMs = 1000;

    private static readonly KeyValuePair<string, ulong>[] Custom =
    [
        new("rx_custom_packets_1", 0), new("rx_custom_packets_2", 0), new("rx_q0_bytes", 0), new("rx_q0_packets", 0), new("tx_q0_bytes", 0),
        new("tx_q0_packets", 0),
    ];

    private readonly OvsAgent _agent = new();
    private readonly Dictionary<string, PortDescription> _devices;
    private readonly HashSet<string> _down = [];
    private readonly FramePool _pool = new();

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

    public OurConnection Connect(OpenFlowVersion version) => new(Switch.Accept(SessionSettings.Service, version));

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

    public OpenFlowError PacketOut(AgentBridge bridge, PacketOutMessage message)
    {
        var result = _agent.PacketOut(bridge, Make(message.Data), message.PipelineFields, message.Actions, NowMs, this);
        return result.Error == XlateError.None ? OpenFlowError.None : OpenFlowError.FmfcUnknown;
    }

    public OpenFlowError RehearsePacketOut(AgentBridge bridge, PacketOutMessage message) =>
        _agent.CanPacketOut(bridge, Make(message.Data), message.PipelineFields, message.Actions, NowMs)
            ? OpenFlowError.None : OpenFlowError.FmfcUnknown;

    public OpenFlowError Resume(AgentBridge bridge, ResumeMessage message) =>
        _agent.Resume(message.Continuation, Make(message.Packet.Data), message.Packet.PipelineFields, NowMs, this)
            ? OpenFlowError.None : OpenFlowError.NxrStale;

    void IDatapath.FlowPut(Ufid ufid, ref FlowKey key, ref FlowMask mask, DatapathActions actions)
    {
    }

    void IDatapath.FlowModify(Ufid ufid, DatapathActions actions)
    {
    }

    void IDatapath.FlowDelete(Ufid ufid, FlowDeleteReason reason)
    {
    }

    /// <summary>Of actions only those that send a packet to controllers count here.</summary>
    void IDatapath.Execute(Frame frame, DatapathActions actions)
    {
        foreach (var up in actions.OfType<UserspaceAction>().Where(a => a.Reason == UserspaceReason.Controller))
        {
            Assert.True(_pool.TryCopy(frame, out var copy));
            var key = default(FlowKey);
            FlowExtractor.Extract(copy, ref key);
            _agent.HandleUpcall(copy, ref key, UserspaceReason.Controller, NowMs, this, up);
        }

        _pool.Return(frame);
    }

    void IDatapath.SetMaxIdle(int ms)
    {
    }

    void IDatapath.SetMeter(uint id, MeterSettings? settings)
    {
    }

    void IDatapath.Track(CtRequest request)
    {
    }

    private Frame Make(HexBytes data)
    {
        Assert.True(_pool.TryRent(data.Size, out var frame));
        data.Span.CopyTo(frame.Bytes);
        return frame;
    }
}
