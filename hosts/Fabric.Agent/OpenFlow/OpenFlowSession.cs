using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// One connection to a bridge, from the end of version negotiation on (OVS: <c>struct ofconn</c>). Messages come in with the bytes they
/// were read from, which an error quotes; answers and events are taken out one by one as the connection has room.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>S1: every request is answered once: by its reply, by an error with its xid, or by nothing where the protocol has no reply.</item>
/// <item>S2: what is refused changes nothing, and the session goes on.</item>
/// <item>S3: what waits is bounded: while 100 replies wait nothing more is read, packet-ins and monitors have bounds of their own.</item>
/// </list>
/// </summary>
public sealed partial class OpenFlowSession
{
    /// <summary>OVS: <c>OFCONN_REPLY_MAX</c>.</summary>
    private const int MaxReplies = 100;

    /// <summary>OVS: <c>OFP_DEFAULT_MISS_SEND_LEN</c>.</summary>
    private const ushort DefaultMissSendSize = 128;

    /// <summary>What a secondary controller must not ask for (OVS: <c>reject_secondary_controller</c>).</summary>
    private static readonly HashSet<Type?> Changes =
    [
        typeof(FlowModMessage), typeof(GroupModMessage), typeof(MeterModMessage), typeof(PortModMessage), typeof(TableModMessage),
        typeof(PacketOutMessage), typeof(BundleControlMessage), typeof(BundleAddMessage), typeof(TlvTableMod),
    ];

    private readonly OpenFlowSwitch _switch;
    private readonly SessionOutput _output = new();

    /// <summary>
    /// Answers that say "in force" and wait to be true: the change that has to be saved, and the round that has to be over
    /// (<see cref="PolicyFence"/>).
    /// </summary>
    private readonly Queue<(OpenFlowMessage Reply, long Change, long Round)> _barriers = [];

    internal OpenFlowSession(OpenFlowSwitch owner, SessionSettings settings, OpenFlowVersion version)
    {
        (_switch, Settings, Version) = (owner, settings, version);
        _missSendSize = settings.Kind == SessionKind.Primary ? DefaultMissSendSize : (ushort)0;
        ConfigureLimits();
    }

    public SessionSettings Settings { get; private set; }

    public OpenFlowVersion Version { get; }

    public ControllerRole Role { get; internal set; } = ControllerRole.Equal;

    /// <summary>The controller has said something that one says only to a switch it lets in (OVS: <c>rconn_is_admitted</c>).</summary>
    public bool IsAdmitted { get; private set; }

    /// <summary>When it last showed so.</summary>
    public long AdmittedMs { get; private set; }

    /// <summary>False while so much waits to be sent that no further request should be read (property S3).</summary>
    public bool MayReceive => _output.ReplyCount < MaxReplies && !_output.IsInParts && _barriers.Count == 0;

    public bool HasOutput => _output.Count > 0;

    private AgentBridge Bridge => _switch.Bridge;

    /// <summary>How the next message is read and written: by the options and formats that earlier ones chose.</summary>
    public CodecContext CodecContext => new(Bridge.TunnelOptions, HasTableIds);

    /// <summary>The next message to send; calling again says that this one has gone.</summary>
    public bool TryTake([NotNullWhen(true)] out OpenFlowMessage? message) => _output.TryTake(out message);

    /// <param name="request">The bytes that <paramref name="message"/> was read from.</param>
    public void Receive(OpenFlowMessage message, ReadOnlyMemory<byte> request, long nowMs)
    {
        NoteAdmission(message, nowMs);
        var error = Handle(message, request, nowMs);
        if (error != OpenFlowError.None) Refuse(error, request.Span);
        _switch.FlushMonitors();
    }

    /// <summary>Answers a request that cannot be read; one that would not be granted anyway is told that.</summary>
    public void RefuseUnread(OpenFlowError error, ReadOnlySpan<byte> request)
    {
        var isForbidden = Role == ControllerRole.Secondary && Changes.Contains(MessageCodec.RecordOf(request, Version));
        Refuse(isForbidden ? OpenFlowError.BrcIsSecondary : error, request);
    }

    /// <summary>Answers a request that is not granted.</summary>
    public void Refuse(OpenFlowError error, ReadOnlySpan<byte> request)
    {
        var xid = request.Length >= 8 ? BinaryPrimitives.ReadUInt32BigEndian(request[4..]) : 0;
        Send(new ErrorMessage(error, new HexBytes(request)) { Xid = xid }, OutputKind.Reply);
    }

    /// <summary>The same of a request that is no longer at hand.</summary>
    public void Refuse(OpenFlowError error, uint xid) => Send(new ErrorMessage(error, HexBytes.Empty) { Xid = xid }, OutputKind.Reply);

    /// <summary>Another row of the database now describes this connection.</summary>
    internal void Configure(SessionSettings settings)
    {
        Settings = settings;
        ConfigureLimits();
    }

    internal void Run(long nowMs)
    {
        RunPacketIns(nowMs);
        ExpireBundles(nowMs);
        ResumeMonitors();
    }

    /// <summary>What has been saved, or come into force, may be what an answer waits for.</summary>
    internal void AnswerBarriers()
    {
        while (_barriers.TryPeek(out var first) && first.Change <= _switch.CommittedChange && first.Round <= _switch.RoundInForce)
            Send(_barriers.Dequeue().Reply, OutputKind.Reply);
    }

    internal void Send(OpenFlowMessage message, OutputKind kind, int size = 0) => _output.Add(message, kind, size);

    /// <summary>A reply has its request's xid and comes in its form.</summary>
    private OpenFlowError Reply(OpenFlowMessage request, OpenFlowMessage reply)
    {
        Send(reply with { Xid = request.Xid, IsExtension = request.IsExtension }, OutputKind.Reply);
        return OpenFlowError.None;
    }

    private OpenFlowError Handle(OpenFlowMessage message, ReadOnlyMemory<byte> request, long nowMs) => message switch
    {
        EchoRequest echo => Reply(echo, new EchoReply(echo.Data)),
        EchoReply or FlowAgeMessage => OpenFlowError.None,
        BarrierRequest barrier => ReplyInForce(barrier, new BarrierReply()),
        MultipartRequest question => Answer(question, request, nowMs),
        FlowModMessage or GroupModMessage or MeterModMessage or PortModMessage or TableModMessage or PacketOutMessage
            or BundleControlMessage or BundleAddMessage or TlvTableMod =>
            Role == ControllerRole.Secondary ? OpenFlowError.BrcIsSecondary : Change(message, request, nowMs),
        QueueConfigurationRequest queues => ListQueues(queues),
        ResumeMessage resume => _switch.Host.Resume(Bridge, resume),
        FlowMonitorCancel cancel => CancelMonitor(cancel.MonitorId),
        TlvTableRequest table => ListTunnelOptions(table),
        CtFlushZoneMessage flush => FlushConnections(ConnectionFilter.InZone(flush.Zone)),
        CtFlushMessage flush => FlushConnections(flush.Filter),
        _ => Configure(message),
    };

    private OpenFlowError Change(OpenFlowMessage message, ReadOnlyMemory<byte> request, long nowMs)
    {
        switch (message)
        {
            case FlowModMessage mod:
                return _switch.Apply(mod, this, nowMs);
            case GroupModMessage mod:
                return _switch.Apply(mod, this, nowMs);
            case MeterModMessage mod:
                return _switch.Apply(mod, this, nowMs);
            case PortModMessage mod:
                var error = _switch.Ports.Check(mod.Request);
                if (error == OpenFlowError.None) _switch.Ports.Apply(mod.Request, this);
                return error;
            case TableModMessage mod:
                return _switch.Apply(mod.Request);
            case PacketOutMessage packet:
                var wrong = _switch.Check(packet, this);
                return wrong != OpenFlowError.None ? wrong : _switch.Host.PacketOut(Bridge, packet);
            case BundleControlMessage control:
                return Control(control, request, nowMs);
            case BundleAddMessage add:
                return AddToBundle(add, request, nowMs);
            case TlvTableMod mod:
                return _switch.Apply(mod);
            default:
                return OpenFlowError.BrcBadType;
        }
    }

    private OpenFlowError Answer(MultipartRequest question, ReadOnlyMemory<byte> request, long nowMs) => question switch
    {
        SwitchDescriptionRequest => Reply(question, new SwitchDescriptionReply(
            SwitchTexts.Manufacturer, SwitchTexts.Hardware, SwitchTexts.Software, _switch.Texts.SerialNumber, _switch.Texts.Datapath)),
        RuleStatisticsRequest rules => ListRules(rules, nowMs),
        AggregateRequest rules => SumRules(rules),
        TableStatisticsRequest => Reply(question, new TableStatisticsReply(_switch.Tables.Statistics(Version))),
        TableFeaturesRequest features => SetTableFeatures(features),
        TableDescriptionRequest => Reply(question, new TableDescriptionReply(_switch.Tables.Descriptions())),
        PortStatisticsRequest ports => Reply(ports, new PortStatisticsReply(_switch.Ports.Statistics(ports.Port, nowMs))),
        PortDescriptionRequest ports => Reply(ports, new PortDescriptionReply(_switch.Ports.Describe(ports.Port))),
        QueueStatisticsRequest queues => CountQueues(queues),
        GroupStatisticsRequest groups => CountGroups(groups, nowMs),
        GroupDescriptionRequest groups => ListGroups(groups),
        GroupFeaturesRequest => Reply(question, new GroupFeaturesReply(OpenFlowSwitch.GroupFeatures(Version))),
        MeterStatisticsRequest meters => CountMeters(meters, nowMs),
        MeterConfigurationRequest meters => ListMeters(meters),
        MeterFeaturesRequest => Reply(question, new MeterFeaturesReply(OpenFlowSwitch.MeterFeatures)),
        FlowMonitorRequest monitors => Monitor(monitors),

        // OVS answers so where no IPFIX exporter is configured; here none can be.
        IpfixStatisticsRequest => OpenFlowError.NxstNotConfigured,
        _ => OpenFlowError.BrcBadStat,
    };

    /// <summary>The answer goes out when all that was asked before it is in force, and saved where that is promised.</summary>
    private OpenFlowError ReplyInForce(OpenFlowMessage request, OpenFlowMessage reply)
    {
        var (change, round) = (_switch.LastChange?.Invoke() ?? 0, _switch.Fence?.Need() ?? 0);
        _barriers.Enqueue((reply with { Xid = request.Xid, IsExtension = request.IsExtension }, change, round));
        AnswerBarriers();
        return OpenFlowError.None;
    }

    private OpenFlowError FlushConnections(ConnectionFilter filter)
    {
        _switch.Host.FlushConnections(filter);
        return OpenFlowError.None;
    }

    private OpenFlowError ListTunnelOptions(TlvTableRequest request) => Reply(request, new TlvTableReply(
        TunnelOptionMap.MaxSpace, TunnelOptionMap.FieldCount, Bridge.TunnelOptions.Mappings));

    /// <summary>Messages that a controller sends before it has decided about a switch show nothing (OVS: <c>is_admitted_msg</c>).</summary>
    private void NoteAdmission(OpenFlowMessage message, long nowMs)
    {
        if (!IsAdmitted && message is Hello or ErrorMessage or EchoRequest or EchoReply or FeaturesRequest or GetConfigRequest or SetConfig
            or QueueConfigurationRequest or GetAsyncRequest or GroupStatisticsRequest or GroupDescriptionRequest or GroupFeaturesRequest
            or TableFeaturesRequest or TableDescriptionRequest) return;
        (IsAdmitted, AdmittedMs) = (true, nowMs);
        _switch.NoteAdmission(this);
    }
}
