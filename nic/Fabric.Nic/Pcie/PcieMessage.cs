using System.Runtime.CompilerServices;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>One control message of the PCIe channel. Immutable, since a retransmission sends the same object again.</summary>
public abstract record PcieMessage;

/// <summary>A message of the host that the NIC answers with one <see cref="PcieResult"/>, in the order of the requests.</summary>
public abstract record PcieRequest : PcieMessage;

/// <summary>A new flow, or new actions for one that the NIC has.</summary>
/// <param name="Rank">Of a flow that was pushed before any packet asked, among those that overlap with it; null for a megaflow.</param>
/// <param name="Mark">For frames of the flow that the host has to act on; 0 is none.</param>
/// <param name="BasePackets">The flow's packets so far that this NIC has not counted; with them, L2's statistics equal L3's.</param>
public sealed record FlowPut(
    Ufid Ufid, FlowMatch Match, DatapathActions Actions, long BasePackets = 0, long BaseBytes = 0, uint Mark = 0,
    FlowRank? Rank = null) : PcieRequest;

/// <summary>
/// The same new actions for each of these flows, in order. Its result says in <see cref="PcieResult.Refused"/> which of them the NIC does
/// not execute; an unknown flow is among those.
/// </summary>
public sealed record FlowModify(DatapathActions Actions, IReadOnlyList<Ufid> Ufids) : PcieRequest;

/// <summary>
/// Its result carries the flow's last statistics. Once the host has the result, no later frame is forwarded by the flow. An unknown flow is
/// refused, which is as good: the NIC does not execute it.
/// </summary>
/// <param name="MayBeUnknown">
/// The host was not told that the NIC took the flow: it has probably been refused, and its absence is no mistake of anybody's.
/// </param>
public sealed record FlowDelete(Ufid Ufid, bool MayBeUnknown = false) : PcieRequest;

/// <summary>Forget all flows. What was not reported of them comes before the result.</summary>
public sealed record FlowFlush : PcieRequest;

/// <summary>
/// The host could not offer new actions for the flow (its queue is full), or wants its place for another one, and the old actions must not
/// go on: like <see cref="FlowDelete"/>, but the flow lives on at the host.
/// </summary>
public sealed record FlowWithdraw(Ufid Ufid, string Reason, OffloadShortage Shortage) : PcieRequest;

/// <summary>
/// What others than this NIC forwarded of flows where that has changed, for L2's view of them. Refused when none of them is known.
/// </summary>
public sealed record HostForwarded(HostShare[] Shares) : PcieRequest;

/// <summary>A change of tunnel ports, VTEPs, routes or neighbours.</summary>
public sealed record TunnelChange(TunnelUpdate Update) : PcieRequest;

/// <summary>Adds a port or changes its link state and address.</summary>
/// <param name="IsUp">The link, as the host last heard of it.</param>
public sealed record PortConfig(OdpPort Port, string Name, DatapathPortKind Kind, MacAddress Mac, bool IsUp) : PcieRequest
{
    /// <summary>False: the host wants the port down, whatever its link.</summary>
    public bool IsAdminUp { get; init; } = true;
}

public sealed record PortRemove(OdpPort Port) : PcieRequest;

/// <summary>What limits a port; it replaces what did.</summary>
public sealed record PortLimit(OdpPort Port, PortLimits Limits) : PcieRequest;

/// <summary>Asks for the statistics of all flows that changed since the last pull; they come as <see cref="StatsReply"/> chunks.</summary>
public sealed record StatsPull : PcieRequest;

/// <summary>The answer to one request.</summary>
/// <param name="Request">Sequence number of the request.</param>
/// <param name="Refusal">Null when done; else why not, for a person to read.</param>
/// <param name="Final">The last statistics of a flow that the NIC no longer executes: deleted, withdrawn, or refused with its new
/// actions.</param>
/// <param name="IsPartial">With a refusal: frames of the flow come to the host with its mark.</param>
/// <param name="Shortage">With a refusal: what there was no room of.</param>
public sealed record PcieResult(
    ulong Request, string? Refusal, OffloadStatistics? Final = null, bool IsPartial = false,
    OffloadShortage Shortage = OffloadShortage.None) : PcieMessage
{
    /// <summary>Apart, since most answers have none.</summary>
    private readonly StrongBox<OffloadStatistics>? _final = Final is { } last ? new StrongBox<OffloadStatistics>(last) : null;

    public OffloadStatistics? Final => _final?.Value;

    /// <summary>Of a <see cref="FlowModify"/>, the flows refused, by their places. The result's own reason is the first one's.</summary>
    public IReadOnlyList<FlowRefusal> Refused { get; init; } = [];

    public bool IsOk => Refusal is null;
}

/// <summary>Statistics of flows that changed since they were last reported, sent by the NIC of its own accord.</summary>
public sealed record StatsPush(OffloadStatistics[] Flows) : PcieMessage;

/// <summary>The link of a VF has changed.</summary>
public sealed record LinkEvent(OdpPort Port, bool IsUp) : PcieMessage;

/// <summary>Part of the answer to a <see cref="StatsPull"/>.</summary>
public sealed record StatsReply(ulong Request, OffloadStatistics[] Flows, bool IsLast) : PcieMessage;
