using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent.Tests.OpenFlow;

/// <summary>A bridge with three ports behind an OpenFlow switch, and connections to it that speak in records.</summary>
internal sealed class SwitchRig : IOpenFlowHost
{
    private readonly FramePool _pool = new();
    private uint _xid = 100;

    public SwitchRig(FailMode failMode = FailMode.Secure, bool hasController = false, bool hasFence = false)
    {
        var settings = new BridgeSettings("br0", new MacAddress(0x02_00_00_00_00_99), new OdpPort(100),
            failMode) { HasController = hasController };
        Assert.True(Agent.TryAddBridge(settings, 0, out var error), error);
        for (ushort i = 1; i <= 3; i++)
        {
            var port = new PortSettings($"p{i}", new OfpPort(i), new OdpPort(100u + i)) { Mac = new MacAddress(0x02_00_00_00_00_00ul + i) };
            Assert.True(Agent.TryAddPort("br0", port, out error), error);
        }

        Switch = new OpenFlowSwitch(Agent.FindBridge("br0")!, this) { Fence = hasFence ? Agent.Fence : null };
        Switch.Run(0);
    }

    public OvsAgent Agent { get; } = new();

    public OpenFlowSwitch Switch { get; }

    public AgentBridge Bridge => Switch.Bridge;

    public long NowMs { get; set; } = 1000;

    public HashSet<string> Down { get; } = [];

    public List<PacketOutMessage> PacketsOut { get; } = [];

    public RecordingDatapath Datapath { get; } = new();

    public List<ConnectionFilter> Flushed { get; } = [];

    public OpenFlowSession Connect(OpenFlowVersion version, SessionKind kind = SessionKind.Service, SessionSettings? settings = null) =>
        Switch.Accept(settings ?? new SessionSettings(kind), version);

    /// <summary>Sends one request and takes what comes of it.</summary>
    public IReadOnlyList<OpenFlowMessage> Ask(OpenFlowSession session, OpenFlowMessage request)
    {
        var xid = ++_xid;
        session.Receive(request with { Xid = xid }, Bytes(session.Version, xid), NowMs);
        var taken = Take(session);
        Assert.All(taken.Where(m => m.Xid != 0), m => Assert.Equal(xid, m.Xid));
        return taken;
    }

    public T Ask<T>(OpenFlowSession session, OpenFlowMessage request)
        where T : OpenFlowMessage => Assert.IsType<T>(Assert.Single(Ask(session, request)));

    public OpenFlowError Error(OpenFlowSession session, OpenFlowMessage request) =>
        Ask(session, request) is [var only] ? Assert.IsType<ErrorMessage>(only).Error : OpenFlowError.None;

    public static IReadOnlyList<OpenFlowMessage> Take(OpenFlowSession session)
    {
        var taken = new List<OpenFlowMessage>();
        while (session.TryTake(out var message)) taken.Add(message);
        return taken;
    }

    public void Run(long nowMs)
    {
        NowMs = nowMs;
        Agent.Tick(nowMs);
        Switch.Run(nowMs);
    }

    public FlowModMessage Flow(string text, FlowModCommand command = FlowModCommand.Add)
    {
        Assert.True(RuleText.TryParse(text, Bridge, out var mod, out var error), error);
        return new FlowModMessage(mod with { Command = command });
    }

    public static FlowModMessage Delete(byte table = FlowMod.AllTables, Match? match = null) =>
        new(new FlowMod { Command = FlowModCommand.Delete, Table = table, Match = match ?? Match.Any });

    public string Rules() => string.Join("|", Bridge.Tables.Rules.Select(r => r.ToString()));

    public PortDescription Describe(AgentPort port) => new(port.Number, port.Settings.Mac, port.Name)
    {
        Configuration = Down.Contains(port.Name) ? PortConfigurationBits.PortDown : PortConfigurationBits.None,
        State = Down.Contains(port.Name) ? PortStateBits.LinkDown : PortStateBits.None,
    };

    public PortStatistics Count(AgentPort port) => new(port.Number) { RxPackets = port.Number.Value, TxPackets = 7 };

    public QueueCounters? CountQueue(AgentPort port, uint queue) => new(port.Number, queue) { TxPackets = queue };

    public IReadOnlyList<BucketCounters> CountMeter(AgentMeter meter) =>
        [new(5, 500), .. meter.Bands.Select(_ => new BucketCounters(1, 100))];

    public bool TrySetUp(AgentPort port, bool isUp) => isUp ? Down.Remove(port.Name) : Down.Add(port.Name);

    public void FlushConnections(ConnectionFilter filter) => Flushed.Add(filter);

    public OpenFlowError PacketOut(AgentBridge bridge, PacketOutMessage message)
    {
        PacketsOut.Add(message);
        var result = Agent.PacketOut(bridge, Frame(message.Data.Span), message.PipelineFields, message.Actions, NowMs, Datapath);
        return result.Error == XlateError.None ? OpenFlowError.None : OpenFlowError.FmfcUnknown;
    }

    public OpenFlowError RehearsePacketOut(AgentBridge bridge, PacketOutMessage message) =>
        Agent.CanPacketOut(bridge, Frame(message.Data.Span), message.PipelineFields, message.Actions, NowMs)
            ? OpenFlowError.None : OpenFlowError.FmfcUnknown;

    public OpenFlowError Resume(AgentBridge bridge, ResumeMessage message) =>
        Agent.Resume(message.Continuation, Frame(message.Packet.Data.Span), message.Packet.PipelineFields, NowMs, Datapath)
            ? OpenFlowError.None : OpenFlowError.NxrStale;

    /// <summary>
    /// A packet comes in by a port; what its actions send up to controllers is sent up, as a datapath would. Returns the actions.
    /// </summary>
    public DatapathActions Packet(ushort port, string match)
    {
        var key = Bench.Key(100u + port, match);
        var done = Agent.HandleUpcall(Frame(new byte[60]), ref key, UserspaceReason.Miss, NowMs, Datapath).Actions;
        foreach (var up in done.OfType<UserspaceAction>().Where(a => a.Reason == UserspaceReason.Controller))
            Agent.HandleUpcall(Frame(new byte[60]), ref key, UserspaceReason.Controller, NowMs, Datapath, up);
        return done;
    }

    private Frame Frame(ReadOnlySpan<byte> bytes)
    {
        Assert.True(_pool.TryRent(bytes.Length, out var frame));
        bytes.CopyTo(frame.Bytes);
        return frame;
    }

    /// <summary>A request of more than 64 bytes with this transaction id.</summary>
    private static byte[] Bytes(OpenFlowVersion version, uint xid)
    {
        var bytes = new byte[80];
        bytes[0] = (byte)version;
        bytes[3] = 80;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), xid);
        bytes[79] = 0xff;
        return bytes;
    }
}
