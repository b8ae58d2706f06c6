namespace Fabric.Datapath;

/// <summary>Why the NIC gave a frame to the host (white paper: the three kinds of fallback traffic).</summary>
public enum FallbackReason : byte
{
    /// <summary>No table of the NIC has a flow for it yet.</summary>
    NotLearned,

    /// <summary>It is for the server itself.</summary>
    HostDestined,

    /// <summary>The NIC cannot do the match or an action.</summary>
    NotProcessable,
}
