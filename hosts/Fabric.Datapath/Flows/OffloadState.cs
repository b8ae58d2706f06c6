namespace Fabric.Datapath;

/// <summary>Whether the NIC executes a flow.</summary>
public enum OffloadState : byte
{
    /// <summary>Not offered: no NIC, or it was reset and the flow waits for its turn.</summary>
    None,

    /// <summary>Offered, not answered yet.</summary>
    Requested,
    Yes,

    /// <summary>
    /// The NIC finds the flow and marks its frames, and the host acts; <see cref="DatapathFlow.OffloadReason"/> says why.
    /// </summary>
    Partial,

    /// <summary>The NIC cannot or will not; <see cref="DatapathFlow.OffloadReason"/> says why.</summary>
    Refused,
}
