using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// A packet for the agent, with what the kernel knows of it. A structure, so that handing over copies and nothing is shared.
/// </summary>
public struct Upcall
{
    /// <summary>Passes to whoever takes the upcall.</summary>
    public Frame Frame;
    public FlowKey Key;

    /// <summary>The vport it came in by, and whose share of the queue it took.</summary>
    public OdpPort Port;
    public UserspaceReason Reason;

    /// <summary>What sent it up; null for a miss.</summary>
    public UserspaceAction? Action;
}
