using Fabric.Agent.Configuration;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>What the agent asks of the kernel datapath. Sent as lists, carried out in order.</summary>
public abstract record KernelCommand;

public sealed record PutFlow(Ufid Ufid, FlowMatch Match, DatapathActions Actions) : KernelCommand;

/// <summary>For the NIC alone; with <paramref name="LeftToHost"/> its packets go to the host, for that reason.</summary>
public sealed record PushFlow(
    Ufid Ufid, FlowRank Rank, FlowKey Key, FlowMask Mask, DatapathActions Actions, string? LeftToHost) : KernelCommand;

public sealed record PullFlow(Ufid Ufid) : KernelCommand;

public sealed record ModifyFlow(Ufid Ufid, DatapathActions Actions) : KernelCommand;

public sealed record DeleteFlow(Ufid Ufid) : KernelCommand;

/// <summary>Ownership of the frame passes.</summary>
public sealed record ExecutePacket(Frame Frame, DatapathActions Actions) : KernelCommand;

public sealed record SetMaxIdle(int IdleMs) : KernelCommand;

/// <summary>Which flows are offered to a NIC that takes any.</summary>
public sealed record SetOffload(OffloadPolicy Policy) : KernelCommand;

/// <summary>Null deletes it.</summary>
public sealed record SetMeter(uint Id, MeterSettings? Settings) : KernelCommand;

public sealed record TrackConnections(CtRequest Request) : KernelCommand;

/// <summary>Adds a port or changes it.</summary>
public sealed record SetVport(Vport Port) : KernelCommand;

public sealed record RemoveVport(OdpPort Port) : KernelCommand;

/// <summary>Ports that are not among these go.</summary>
public sealed record KeepVports(IReadOnlyList<OdpPort> Ports) : KernelCommand;

public sealed record AddTunnelPeer(TunnelPeer Peer) : KernelCommand;

public sealed record RemoveTunnelPeer(TunnelPeer Peer) : KernelCommand;

/// <summary>
/// Answered by <see cref="FlowsConfirmed"/> when host and NIC do what was asked of flows before; a NIC that does not answer is not waited
/// for.
/// </summary>
public sealed record ConfirmFlows(long Round) : KernelCommand;

/// <summary>Answered by <see cref="PortsConfirmed"/> when host and NIC have done what was asked of ports before.</summary>
public sealed record ConfirmPorts(long Round) : KernelCommand;
