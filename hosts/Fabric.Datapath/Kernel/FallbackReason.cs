namespace Fabric.Datapath;

/// <summary>Why the NIC gave a frame to the host (white paper: three kinds of fallback traffic; and the card's own last resort).</summary>
public enum FallbackReason : byte
{
    /// <summary>No table of the NIC has a flow for it yet.</summary>
    NotLearned,

    /// <summary>It is for the server itself.</summary>
    HostDestined,

    /// <summary>The NIC cannot do the match or an action.</summary>
    NotProcessable,

    /// <summary>The NIC's firmware does not answer, and the card gives every frame to the host as it came.</summary>
    Diverted,
}
