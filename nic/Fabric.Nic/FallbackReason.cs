namespace Fabric.Nic;

/// <summary>Why a frame went to the host: the white paper's three scenarios, in its order.</summary>
public enum FallbackReason : byte
{
    /// <summary>No entry for it has been created on the NIC yet.</summary>
    NotLearned,

    /// <summary>Destined to an address that is handled on the host: not a tunnel of ours on a physical port, or a flow to the local port.</summary>
    HostDestined,

    /// <summary>Its classification or its actions are beyond the NIC.</summary>
    NotProcessable,
}
