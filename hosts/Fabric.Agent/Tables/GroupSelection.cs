namespace Fabric.Agent;

/// <summary>How a select group finds its bucket (OVS: <c>enum group_selection_method</c>).</summary>
public enum GroupSelection
{
    /// <summary>Highest score of a hash over the packet's addresses, times weight; in the slow path's sense "default".</summary>
    Default,

    /// <summary>The datapath hashes, and the hash picks from <see cref="AgentGroup.HashMap"/>.</summary>
    DpHash,

    /// <summary>Like <see cref="Default"/>, over the fields that the controller named.</summary>
    Hash,
}
