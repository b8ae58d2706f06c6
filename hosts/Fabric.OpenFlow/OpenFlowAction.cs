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
public sealed record OutputPortAction(OfpPort Port) : OpenFlowAction;

/// <summary>To the port whose number stands in a field.</summary>
public sealed record OutputFieldAction(FieldBits Source) : OpenFlowAction;

/// <param name="MaxLength">Bytes of the packet to send; 65535 is all.</param>
public sealed record ControllerAction(ushort MaxLength = 65535, ushort ControllerId = 0, byte Reason = 1) : OpenFlowAction;

/// <summary>Looks up another table and comes back. Null means "the current one".</summary>
public sealed record ResubmitAction(OfpPort? Port, byte? Table) : OpenFlowAction;

public sealed record GotoTableAction(byte Table) : OpenFlowAction;

/// <summary>Sets the bits of <paramref name="Mask"/> in a field (<c>set_field</c>).</summary>
public sealed record SetFieldAction(OpenFlowField Field, UInt128 Value, UInt128 Mask) : OpenFlowAction;

/// <summary>The same meaning, written <c>load:value->field[low..high]</c>.</summary>
public sealed record LoadAction(UInt128 Value, FieldBits Target) : OpenFlowAction;

public sealed record MoveAction(FieldBits Source, FieldBits Target) : OpenFlowAction;

public sealed record SetEthAction(bool IsSource, MacAddress Address) : OpenFlowAction;

public sealed record SetVlanVidAction(ushort Vid) : OpenFlowAction;

public sealed record SetVlanPcpAction(byte Pcp) : OpenFlowAction;

public sealed record StripVlanAction : OpenFlowAction;

public sealed record PushVlanTagAction(ushort EthType) : OpenFlowAction;

public sealed record SetNwAddressAction(bool IsSource, Ipv4Address Address) : OpenFlowAction;

/// <summary>Sets the six DSCP bits; ECN stays.</summary>
public sealed record SetNwTosAction(byte Tos) : OpenFlowAction;

public sealed record SetNwTtlAction(byte Ttl) : OpenFlowAction;

public sealed record SetNwEcnAction(byte Ecn) : OpenFlowAction;

public sealed record DecTtlAction : OpenFlowAction;

public sealed record SetTpPortAction(bool IsSource, ushort Port) : OpenFlowAction;

/// <param name="IsWide">Written as <c>set_tunnel64</c>.</param>
public sealed record SetTunnelIdAction(ulong Id, bool IsWide) : OpenFlowAction;

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
public sealed record NoteAction(string Hex) : OpenFlowAction;
