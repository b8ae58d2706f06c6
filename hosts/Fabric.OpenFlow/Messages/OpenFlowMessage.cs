using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>
/// One message between switch and controller, as a meaning: the versions 1.0 to 1.5 and the vendors' extensions write several of them
/// differently, but the meaning is one (OVS: the <c>ofputil</c> structures). <c>MessageCodec</c> reads and writes them.
/// </summary>
public abstract record OpenFlowMessage
{
    /// <summary>A reply carries its request's; what a switch says by itself carries 0.</summary>
    public uint Xid { get; init; }

    /// <summary>
    /// Where a version has the message both as its own and as a vendor's (in OpenFlow 1.0 <c>NXT_FLOW_MOD</c> beside <c>OFPT_FLOW_MOD</c>):
    /// the vendor's. Where it has but one form this says nothing.
    /// </summary>
    public bool IsExtension { get; init; }
}

/// <param name="Versions">Bit n is wire version n: 0x02 is OpenFlow 1.0, 0x40 is 1.5.</param>
public sealed record Hello(uint Versions) : OpenFlowMessage;

/// <param name="Error"><see cref="OpenFlowError.None"/> for a number that has no name here.</param>
/// <param name="Payload">At least the first 64 bytes of the request that was wrong; text for <c>OFPET_HELLO_FAILED</c>.</param>
public sealed record ErrorMessage(OpenFlowError Error, HexBytes Payload) : OpenFlowMessage;

public sealed record EchoRequest(HexBytes Data) : OpenFlowMessage;

public sealed record EchoReply(HexBytes Data) : OpenFlowMessage;

public sealed record FeaturesRequest : OpenFlowMessage;

public sealed record FeaturesReply(ulong DatapathId) : OpenFlowMessage
{
    public uint BufferCount { get; init; }
    public byte TableCount { get; init; }

    /// <summary>0 is the main connection (OpenFlow 1.3).</summary>
    public byte AuxiliaryId { get; init; }
    public SwitchCapabilities Capabilities { get; init; }

    /// <summary>OpenFlow 1.0: one bit per action number; OVS answers 0xfff.</summary>
    public uint Actions { get; init; }

    /// <summary>OpenFlow 1.0 to 1.2; later versions ask with <see cref="PortDescriptionRequest"/>.</summary>
    public IReadOnlyList<PortDescription> Ports { get; init; } = [];
}

public sealed record GetConfigRequest : OpenFlowMessage;

public sealed record GetConfigReply(SwitchConfiguration Configuration) : OpenFlowMessage;

public sealed record SetConfig(SwitchConfiguration Configuration) : OpenFlowMessage;

public sealed record PacketInMessage(PacketIn Packet, PacketInFormat Format) : OpenFlowMessage
{
    /// <summary>Bytes of the whole packet; the message may hold its beginning only.</summary>
    public uint TotalSize { get; init; }
    public uint BufferId { get; init; } = FlowMod.NoBuffer;

    /// <summary>With <see cref="PacketInFormat.Nicira2"/>: what the switch needs to go on, opaque to everybody else (properties of
    /// <c>NXPINT_CONTINUATION</c>). Empty when the pipeline did not pause.</summary>
    public HexBytes Continuation { get; init; } = HexBytes.Empty;
}

/// <summary>A controller sends a packet back to where it paused.</summary>
public sealed record ResumeMessage(PacketIn Packet, HexBytes Continuation) : OpenFlowMessage;

public sealed record FlowRemovedMessage : OpenFlowMessage
{
    public Match Match { get; init; } = Match.Any;
    public ulong Cookie { get; init; }
    public ushort Priority { get; init; }
    public RuleRemovalReason Reason { get; init; }

    /// <summary>255 when the message does not tell.</summary>
    public byte Table { get; init; }
    public RuleDuration Duration { get; init; }
    public ushort IdleTimeoutSeconds { get; init; }
    public ushort HardTimeoutSeconds { get; init; }

    /// <summary>All ones when unknown.</summary>
    public ulong PacketCount { get; init; }

    /// <inheritdoc cref="PacketCount"/>
    public ulong ByteCount { get; init; }
}

public sealed record PortStatusMessage(PortChangeReason Reason, PortDescription Port) : OpenFlowMessage;

public sealed record PacketOutMessage : OpenFlowMessage
{
    public uint BufferId { get; init; } = FlowMod.NoBuffer;

    /// <summary>The port it came from; with OpenFlow 1.5 also other pipeline fields (tunnel, metadata, registers).</summary>
    public Match PipelineFields { get; init; } = Match.Any;
    public OpenFlowActions Actions { get; init; } = OpenFlowActions.Drop;

    /// <summary>The frame, unless the switch keeps it.</summary>
    public HexBytes Data { get; init; } = HexBytes.Empty;
}

public sealed record FlowModMessage(FlowMod Request) : OpenFlowMessage;

public sealed record GroupModMessage(GroupMod Request) : OpenFlowMessage;

public sealed record MeterModMessage(MeterMod Request) : OpenFlowMessage;

public sealed record PortModMessage(PortMod Request) : OpenFlowMessage;

public sealed record TableModMessage(TableMod Request) : OpenFlowMessage;

public sealed record BarrierRequest : OpenFlowMessage;

public sealed record BarrierReply : OpenFlowMessage;

/// <summary>Which queues a port has: a message of its own up to OpenFlow 1.3, multipart from 1.4 (<c>OFPMP_QUEUE_DESC</c>).</summary>
/// <param name="Port"><see cref="OfpPort.None"/> asks for all, which OpenFlow 1.0 cannot.</param>
/// <param name="Queue">Null asks for all; only OpenFlow 1.4 can ask for one.</param>
public sealed record QueueConfigurationRequest(OfpPort Port, uint? Queue = null) : OpenFlowMessage;

public sealed record RoleRequest(RoleState State) : OpenFlowMessage;

public sealed record RoleReply(RoleState State) : OpenFlowMessage;

public sealed record RoleStatusMessage(ControllerRole Role, RoleChangeReason Reason, ulong GenerationId) : OpenFlowMessage;

public sealed record GetAsyncRequest : OpenFlowMessage;

public sealed record GetAsyncReply(AsyncConfiguration Configuration) : OpenFlowMessage;

/// <summary>Only the tables that it names change; <see cref="AsyncChange.ApplyTo"/> says what follows.</summary>
public sealed record SetAsyncMessage(AsyncChange Change) : OpenFlowMessage;

public sealed record TableStatusMessage(TableChangeReason Reason, TableDescription Table) : OpenFlowMessage;

/// <summary>Tells other controllers of a request that changed groups or meters.</summary>
/// <param name="Request">A <see cref="GroupModMessage"/> or <see cref="MeterModMessage"/>.</param>
public sealed record RequestForwardMessage(OpenFlowMessage Request) : OpenFlowMessage;

public sealed record BundleControlMessage(uint BundleId, BundleControlType Type, BundleFlags Flags) : OpenFlowMessage;

/// <param name="Message">A flow, group or port mod, or a packet out, with the xid of the bundle's message.</param>
public sealed record BundleAddMessage(uint BundleId, BundleFlags Flags, OpenFlowMessage Message) : OpenFlowMessage;

public sealed record FlowMonitorCancel(uint MonitorId) : OpenFlowMessage;

public sealed record FlowMonitorPaused : OpenFlowMessage;

public sealed record FlowMonitorResumed : OpenFlowMessage;

public sealed record TlvTableMod(TunnelOptionCommand Command, IReadOnlyList<TunnelOptionMapping> Mappings) : OpenFlowMessage;

public sealed record TlvTableRequest : OpenFlowMessage;

/// <param name="MaxOptionSpace">Bytes of all options together.</param>
public sealed record TlvTableReply(uint MaxOptionSpace, ushort MaxFields, IReadOnlyList<TunnelOptionMapping> Mappings) : OpenFlowMessage;

public sealed record CtFlushZoneMessage(ushort Zone) : OpenFlowMessage;

public sealed record CtFlushMessage(ConnectionFilter Filter) : OpenFlowMessage;

public sealed record SetPacketInFormat(PacketInFormat Format) : OpenFlowMessage;

/// <param name="IsExtended">OpenFlow 1.0 with Nicira's matches (<c>NXFF_NXM</c>), else plain.</param>
public sealed record SetFlowFormat(bool IsExtended) : OpenFlowMessage;

/// <summary>The upper half of a flow mod's command is the table, or again not (OpenFlow 1.0).</summary>
public sealed record SetFlowModTableId(bool IsEnabled) : OpenFlowMessage;

public sealed record SetControllerId(ushort ControllerId) : OpenFlowMessage;

/// <summary>Nothing: a request that old switches knew.</summary>
public sealed record FlowAgeMessage : OpenFlowMessage;
