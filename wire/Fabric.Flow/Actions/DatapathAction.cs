using Fabric.Wire;

namespace Fabric.Flow;

/// <summary>
/// One action of a datapath flow (OVS: <c>OVS_ACTION_ATTR_*</c>). Immutable. <see cref="object.ToString"/> is OVS's text form, as
/// <c>ovs-appctl dpctl/dump-flows</c> prints it, and <see cref="DatapathActions.TryParse"/> reads it back.
/// </summary>
public abstract record DatapathAction
{
    public sealed override string ToString() => Text.ActionPrinter.Print(this, null);
}

/// <summary>Send to a port; a tunnel port puts on the outer header that <see cref="SetTunnelAction"/> chose.</summary>
public sealed record OutputAction(OdpPort Port) : DatapathAction;

/// <summary>Send to the agent (<c>userspace(pid=…,…)</c>).</summary>
/// <param name="Pid">Netlink port of the handler; 0 in a datapath that has none.</param>
/// <param name="Reason">Decides what the cookie means.</param>
/// <param name="Cookie">
/// Controller: the rule's cookie. SlowPath: <c>SLOW_*</c> bits. SFlow: TCI in the upper half, output in the lower. Ipfix: the output
/// port. Action: eight opaque bytes.
/// </param>
public sealed record UserspaceAction(uint Pid, UserspaceReason Reason, ulong Cookie = 0) : DatapathAction
{
    /// <summary>Only for <see cref="UserspaceReason.Controller"/>; null means <see cref="ControllerCookie.Default"/>.</summary>
    public ControllerCookie? Controller { get; init; }

    /// <summary>Only for <see cref="UserspaceReason.FlowSample"/>.</summary>
    public FlowSampleCookie? Sample { get; init; }

    /// <summary>Hand the actions of the flow to the agent as well.</summary>
    public bool WithActions { get; init; }

    /// <summary>The tunnel port that the packet would leave by.</summary>
    public OdpPort? TunnelOutPort { get; init; }
}

/// <summary>
/// Overwrite the bits of <paramref name="Mask"/> in the header fields of <paramref name="Value"/>. An exact mask prints as
/// <c>set(…)</c>, a partial one with <c>value/mask</c>. Both hold only fields of one group (Ethernet, IPv4, …), as in the datapath.
/// </summary>
public sealed record SetAction(SetGroup Group, FlowKey Value, FlowMask Mask) : DatapathAction;

/// <summary>Choose the outer header for a later output to a tunnel port (<c>set(tunnel(…))</c>).</summary>
public sealed record SetTunnelAction(TunnelMetadata Tunnel) : DatapathAction
{
    /// <summary>Equal outer headers; option bytes beyond those in use do not count.</summary>
    public bool Equals(SetTunnelAction? other)
    {
        if (other is null) return false;
        var mine = ToKey();
        return mine.Equals(other.ToKey());
    }

    public override int GetHashCode() => (int)ToKey().Hash(0);

    private FlowKey ToKey()
    {
        var tunnel = Tunnel;
        var key = default(FlowKey);
        FlowExtractor.ExtractTunnel(ref tunnel, ref key);
        return key;
    }
}

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
