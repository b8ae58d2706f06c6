using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.OpenFlow;

/// <summary>
/// One action of a rule, as a meaning rather than an encoding: OpenFlow 1.0 and 1.5 write several of them differently on the wire, but
/// the meaning is one. Immutable; <see cref="object.ToString"/> is what <c>ovs-ofctl dump-flows</c> prints for unnamed ports.
/// </summary>
public abstract record OpenFlowAction
{
    public sealed override string ToString() => ActionText.Format(this, NoOpenFlowPorts.Instance);
}

/// <summary>To a port, or to one of the reserved ports (NORMAL, FLOOD, ALL, IN_PORT, LOCAL).</summary>
public sealed record OutputPortAction(OfpPort Port) : OpenFlowAction
{
    /// <summary>Without effect here; kept because a controller that asks gets back what it wrote.</summary>
    public ushort MaxLength { get; init; }
}

/// <summary>To the port whose number stands in a field.</summary>
public sealed record OutputFieldAction(FieldBits Source) : OpenFlowAction
{
    /// <summary>Bytes for a controller, should the field name that.</summary>
    public ushort MaxLength { get; init; } = 65535;
}

/// <summary>To a port, cut to at most <paramref name="MaxLength"/> bytes (<c>output(port=…,max_len=…)</c>).</summary>
public sealed record OutputTruncatedAction(OfpPort Port, uint MaxLength) : OpenFlowAction;

public sealed record GroupAction(uint GroupId) : OpenFlowAction;

/// <param name="MaxLength">Bytes of the packet to send; 65535 is all.</param>
public sealed record ControllerAction(ushort MaxLength = 65535, ushort ControllerId = 0, byte Reason = 1) : OpenFlowAction
{
    /// <summary>Opaque bytes that come with the packet-in.</summary>
    public HexBytes UserData { get; init; } = HexBytes.Empty;

    /// <summary>The pipeline stops here and goes on when the controller sends the continuation back.</summary>
    public bool HasPause { get; init; }

    /// <summary>The meter that limits these packet-ins; null is the controller's own (OVS: <c>NX_CTLR_NO_METER</c>).</summary>
    public uint? MeterId { get; init; }

    /// <summary>How it is written; what the form cannot say makes it a later one.</summary>
    public ControllerForm Form { get; init; }
}

/// <summary>Looks up another table and comes back. Null means "the current one".</summary>
/// <param name="WithConnectionTuple">Looks up with the addresses and ports of the connection's original direction (<c>ct</c>).</param>
public sealed record ResubmitAction(OfpPort? Port, byte? Table, bool WithConnectionTuple = false) : OpenFlowAction
{
    /// <summary>Came in the oldest form, which has no table.</summary>
    public bool IsShort { get; init; }
}

public sealed record GotoTableAction(byte Table) : OpenFlowAction;

/// <summary>Sets the bits of <paramref name="Mask"/> in a field (<c>set_field</c>).</summary>
public sealed record SetFieldAction(OpenFlowField Field, UInt128 Value, UInt128 Mask) : OpenFlowAction
{
    /// <summary>Came as the Nicira extension that earlier versions have for it.</summary>
    public bool IsExtension { get; init; }

    /// <summary>Came with a mask although that covers the field.</summary>
    public bool HasFullMask { get; init; }
}

/// <summary>The same meaning, written <c>load:value->field[low..high]</c>.</summary>
public sealed record LoadAction(UInt128 Value, FieldBits Target) : OpenFlowAction;

public sealed record MoveAction(FieldBits Source, FieldBits Target) : OpenFlowAction
{
    /// <summary>Came as <c>copy_field</c>, which OpenFlow 1.3 has as an extension of its own.</summary>
    public bool IsCopyField { get; init; }
}

public sealed record SetEthAction(bool IsSource, MacAddress Address) : OpenFlowAction;

/// <param name="PushesIfNeeded">A packet without a tag gets one (OpenFlow 1.0's meaning, <c>mod_vlan_vid</c>); else it stays.</param>
public sealed record SetVlanVidAction(ushort Vid, bool PushesIfNeeded = true) : OpenFlowAction;

/// <inheritdoc cref="SetVlanVidAction"/>
public sealed record SetVlanPcpAction(byte Pcp, bool PushesIfNeeded = true) : OpenFlowAction;

/// <param name="IsPop">Written as <c>pop_vlan</c>, the name since OpenFlow 1.1.</param>
public sealed record StripVlanAction(bool IsPop = false) : OpenFlowAction;

public sealed record PushVlanTagAction(ushort EthType) : OpenFlowAction;

public sealed record SetNwAddressAction(bool IsSource, Ipv4Address Address) : OpenFlowAction;

/// <summary>Sets the six DSCP bits; ECN stays.</summary>
public sealed record SetNwTosAction(byte Tos) : OpenFlowAction;

public sealed record SetNwTtlAction(byte Ttl) : OpenFlowAction;

public sealed record SetNwEcnAction(byte Ecn) : OpenFlowAction;

/// <summary>A packet whose TTL is spent goes to these controllers.</summary>
public sealed record DecTtlAction : OpenFlowAction
{
    public ActionList<ushort> ControllerIds { get; init; } = new(0);

    /// <summary>Written with its controllers (<c>dec_ttl(0)</c>), even when it is just controller 0.</summary>
    public bool HasIds { get; init; }
}

public sealed record SetMplsLabelAction(uint Label) : OpenFlowAction;

public sealed record SetMplsTcAction(byte TrafficClass) : OpenFlowAction;

public sealed record SetMplsTtlAction(byte Ttl) : OpenFlowAction;

public sealed record DecMplsTtlAction : OpenFlowAction;

public sealed record PushMplsTagAction(ushort EthType) : OpenFlowAction;

public sealed record PopMplsTagAction(ushort EthType) : OpenFlowAction;

/// <summary>Pushes the bits onto the stack that lives as long as the packet is in the tables.</summary>
public sealed record PushFieldAction(FieldBits Source) : OpenFlowAction;

/// <summary>Pops the stack into the bits (<c>pop:field</c>).</summary>
public sealed record PopFieldAction(FieldBits Target) : OpenFlowAction;

public sealed record SetTpPortAction(bool IsSource, ushort Port) : OpenFlowAction;

/// <param name="IsWide">Written as <c>set_tunnel64</c>.</param>
public sealed record SetTunnelIdAction(ulong Id, bool IsWide) : OpenFlowAction;

/// <summary>Takes a tunnel option off (<c>delete_field</c>).</summary>
public sealed record DeleteFieldAction(OpenFlowField Field) : OpenFlowAction;

/// <summary>Rate limit; first in its list.</summary>
public sealed record ApplyMeterAction(uint MeterId) : OpenFlowAction;

public sealed record WriteMetadataAction(ulong Value, ulong Mask) : OpenFlowAction;

public sealed record ClearActionsAction : OpenFlowAction;

/// <summary>Adds to the action set, which runs when the pipeline ends.</summary>
public sealed record WriteActionsAction(OpenFlowActions Actions) : OpenFlowAction;

/// <summary>What is sent from now on uses this queue of whatever port it leaves by.</summary>
public sealed record SetQueueAction(uint Queue) : OpenFlowAction;

/// <summary>Back to the queue that the packet came with.</summary>
public sealed record PopQueueAction : OpenFlowAction;

/// <summary>To a port by one of its queues.</summary>
public sealed record EnqueueAction(OfpPort Port, uint Queue) : OpenFlowAction;

/// <summary>Bytes without effect.</summary>
public sealed record NoteAction(HexBytes Bytes) : OpenFlowAction;

/// <summary>Shortens the time-outs of the rule once a TCP connection ends; 0 leaves one as it is.</summary>
public sealed record FinTimeoutAction(ushort IdleSeconds, ushort HardSeconds) : OpenFlowAction;

/// <summary>Leaves the current list, and those of the resubmits around it, but not the table lookup's caller (<c>exit</c>).</summary>
public sealed record ExitAction : OpenFlowAction;

/// <summary>Clause <paramref name="Clause"/> (counted from 0) of <paramref name="ClauseCount"/> of a conjunctive match.</summary>
public sealed record ConjunctionAction(uint Id, byte Clause, byte ClauseCount) : OpenFlowAction;

/// <summary>A link number, chosen by a hash, into some bits.</summary>
public sealed record MultipathAction(
    HashFields Fields, ushort Basis, MultipathAlgorithm Algorithm, ushort MaxLink, uint Argument, FieldBits Target) : OpenFlowAction;

/// <summary>One live port of several, chosen by a hash: sent to it, or loaded into <paramref name="Target"/> when that is given.</summary>
public sealed record BundleAction(
    HashFields Fields, ushort Basis, BundleAlgorithm Algorithm, ActionList<OfpPort> Members, FieldBits? Target) : OpenFlowAction;

/// <summary>Adds a rule made from the packet.</summary>
public sealed record LearnAction(ActionList<LearnSpec> Specs) : OpenFlowAction
{
    public byte Table { get; init; } = 1;
    public ushort Priority { get; init; } = FlowMod.DefaultPriority;
    public ushort IdleTimeoutSeconds { get; init; }
    public ushort HardTimeoutSeconds { get; init; }
    public ushort FinIdleTimeoutSeconds { get; init; }
    public ushort FinHardTimeoutSeconds { get; init; }
    public ulong Cookie { get; init; }
    public LearnFlags Flags { get; init; }

    /// <summary>Most rules with this cookie in the table; 0 is no limit.</summary>
    public uint Limit { get; init; }

    /// <summary>It came in the newer form although the older one would have done, and is shown as it came.</summary>
    public bool IsSecond { get; init; }

    /// <summary>Bit that says whether the rule was learned or the limit stood against it.</summary>
    public FieldBits? ResultTarget { get; init; }
}

/// <summary>Connection tracking. What follows in the list acts on the packet as it was before.</summary>
public sealed record ConnectionTrackAction : OpenFlowAction
{
    public CtFlags Flags { get; init; }

    /// <summary>The zone, unless <see cref="ZoneSource"/> names the bits that hold it.</summary>
    public ushort Zone { get; init; }
    public FieldBits? ZoneSource { get; init; }

    /// <summary>The table where the tracked packet goes on; null ends its way.</summary>
    public byte? RecircTable { get; init; }

    /// <summary>21 is FTP, 69 TFTP, 0 none (<c>alg=</c>).</summary>
    public ushort Alg { get; init; }

    /// <summary>Sets of ct_mark and ct_label (<c>exec(…)</c>), and at most one <see cref="NatAction"/>.</summary>
    public OpenFlowActions Actions { get; init; } = OpenFlowActions.Drop;
}

public sealed record ConnectionClearAction : OpenFlowAction;

/// <summary>Inside <see cref="ConnectionTrackAction"/>: with no direction it means "as the connection says".</summary>
public sealed record NatAction : OpenFlowAction
{
    public NatFlags Flags { get; init; }

    /// <summary>IPv4 addresses as mapped ones (<c>::ffff:a.b.c.d</c>); null when ports alone are translated.</summary>
    public Ipv6Address? AddressLow { get; init; }

    /// <summary>Null when the range is one address.</summary>
    public Ipv6Address? AddressHigh { get; init; }
    public bool IsIpv4 { get; init; }

    /// <summary>0 when addresses alone are translated.</summary>
    public ushort PortLow { get; init; }

    /// <summary>0 when the range is one port.</summary>
    public ushort PortHigh { get; init; }
}

/// <summary>Runs the list on a copy of packet and pipeline fields.</summary>
public sealed record CloneListAction(OpenFlowActions Actions) : OpenFlowAction;

/// <summary>Loads 1 into one bit when the packet is longer than <paramref name="Length"/> bytes, else 0.</summary>
public sealed record CheckPacketLargerAction(ushort Length, FieldBits Target) : OpenFlowAction;

/// <param name="Probability">Of 65535.</param>
public sealed record SamplePacketAction(
    ushort Probability, uint CollectorSetId, uint ObservationDomain, uint ObservationPoint, OfpPort? SamplingPort,
    SampleDirection Direction) : OpenFlowAction;

/// <summary>Pushes an Ethernet header (<c>encap(ethernet)</c>).</summary>
public sealed record EncapEthernetAction : OpenFlowAction;

/// <summary>Takes the outermost header off. 0xffffe, "use the next protocol", is what <c>decap()</c> says.</summary>
public sealed record DecapAction(uint NewPacketType = 0xffffe) : OpenFlowAction;

/// <summary>Tests of OVS use these two: force a recirculation, or the slow path.</summary>
public sealed record DebugRecircAction : OpenFlowAction;

/// <inheritdoc cref="DebugRecircAction"/>
public sealed record DebugSlowAction : OpenFlowAction;
