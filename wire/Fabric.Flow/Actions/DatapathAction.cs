using Fabric.Wire;

namespace Fabric.Flow;

/// <summary>
/// One action of a datapath flow (OVS: <c>OVS_ACTION_ATTR_*</c>). Immutable. <see cref="object.ToString"/> is OVS's text form, as
/// <c>ovs-appctl dpctl/dump-flows</c> prints it, and <see cref="DatapathActions.TryParse"/> reads it back.
/// </summary>
public abstract record DatapathAction;

/// <summary>Send to a port; a tunnel port puts on the outer header that <see cref="SetTunnelAction"/> chose.</summary>
public sealed record OutputAction(OdpPort Port) : DatapathAction;

/// <summary>Send to the agent (<c>userspace(pid=…,…)</c>).</summary>
public sealed record UserspaceAction(uint Pid, UserspaceReason Reason, ulong Cookie = 0) : DatapathAction;

/// <summary>
/// Overwrite the bits of <paramref name="Mask"/> in the header fields of <paramref name="Value"/>. An exact mask prints as
/// <c>set(…)</c>, a partial one with <c>value/mask</c>. Both hold only fields of one group (Ethernet, IPv4, …), as in the datapath.
/// </summary>
public sealed record SetAction(SetGroup Group, FlowKey Value, FlowMask Mask) : DatapathAction;

/// <summary>Choose the outer header for a later output to a tunnel port (<c>set(tunnel(…))</c>).</summary>
public sealed record SetTunnelAction(TunnelMetadata Tunnel) : DatapathAction;

/// <param name="Tci">Priority, CFI (always set in OVS's form) and id.</param>
public sealed record PushVlanAction(ushort Tpid, ushort Tci) : DatapathAction;

public sealed record PopVlanAction : DatapathAction;

/// <param name="LabelStackEntry">Label, traffic class, bottom bit and TTL, as one 32-bit number.</param>
public sealed record PushMplsAction(uint LabelStackEntry, ushort EthType) : DatapathAction;

public sealed record PopMplsAction(ushort EthType) : DatapathAction;

/// <summary>Look the packet up again with this recirculation id.</summary>
public sealed record RecircAction(uint Id) : DatapathAction;

/// <summary>Compute <c>dp_hash</c>. Algorithm 0 is <c>hash_l4(basis)</c>, 1 is <c>sym_l4</c>.</summary>
public sealed record HashAction(uint Algorithm, uint Basis) : DatapathAction;

/// <param name="Probability">Of <see cref="uint.MaxValue"/>.</param>
public sealed record SampleAction(uint Probability, DatapathActions Actions) : DatapathAction;

/// <summary>Run <paramref name="Actions"/> on a copy.</summary>
public sealed record CloneAction(DatapathActions Actions) : DatapathAction;

/// <summary>Cut the packet at the next output to at most this many bytes.</summary>
public sealed record TruncAction(uint MaxLength) : DatapathAction;

public sealed record MeterAction(uint Id) : DatapathAction;

/// <summary>Explicit drop (<c>drop</c>); an empty list drops as well.</summary>
public sealed record DropAction(uint ErrorCode = 0) : DatapathAction;

/// <summary>Connection tracking (<c>ct(commit,zone=…,…)</c>).</summary>
public sealed record CtAction(CtParameters Parameters) : DatapathAction;

public sealed record CtClearAction : DatapathAction;

/// <summary>Branch on the packet's length (<c>check_pkt_len(size=…,gt(…),le(…))</c>).</summary>
public sealed record CheckPacketLengthAction(ushort Size, DatapathActions Greater, DatapathActions LessOrEqual) : DatapathAction;

public sealed record PushEthAction(MacAddress Destination, MacAddress Source) : DatapathAction;

public sealed record PopEthAction : DatapathAction;
