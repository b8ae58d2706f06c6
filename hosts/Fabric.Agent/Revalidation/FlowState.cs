namespace Fabric.Agent;

/// <summary>
/// How far the datapath is known to have come with a flow (OVS: <c>enum ukey_state</c>, of which these are left in one thread).
/// </summary>
public enum FlowState
{
    /// <summary>Put; the datapath may not have it yet.</summary>
    Visible,

    /// <summary>A dump had it.</summary>
    Operational,

    /// <summary>Deleted; its last statistics are still to come.</summary>
    Evicting,
}
