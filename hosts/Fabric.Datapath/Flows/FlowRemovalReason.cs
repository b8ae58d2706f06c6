namespace Fabric.Datapath;

/// <summary>Why a flow left the kernel datapath.</summary>
public enum FlowRemovalReason : byte
{
    /// <summary>The agent asked for it.</summary>
    Deleted,

    /// <summary>No packet for <see cref="KernelDatapath.MaxIdleMs"/>.</summary>
    IdleTimeout,

    /// <summary>Its <see cref="DatapathFlow.HardTimeoutMs"/> is over.</summary>
    HardTimeout,

    /// <summary>All flows were removed at once.</summary>
    Flushed,
}
