using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>What the agent asks of the kernel datapath. Sent as lists, carried out in order.</summary>
public abstract record KernelCommand;

public sealed record PutFlow(Ufid Ufid, FlowKey Key, FlowMask Mask, DatapathActions Actions) : KernelCommand;

public sealed record ModifyFlow(Ufid Ufid, DatapathActions Actions) : KernelCommand;

public sealed record DeleteFlow(Ufid Ufid) : KernelCommand;

/// <summary>Ownership of the frame passes.</summary>
public sealed record ExecutePacket(Frame Frame, DatapathActions Actions) : KernelCommand;

public sealed record SetMaxIdle(int IdleMs) : KernelCommand;
