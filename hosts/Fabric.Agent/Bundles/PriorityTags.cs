namespace Fabric.Agent;

/// <summary>
/// Whether a frame that leaves without a VLAN still gets a tag, with id 0, for its priority bits
/// (ovs-vswitchd.conf.db(5), <c>Port.other_config:priority-tags</c>).
/// </summary>
public enum PriorityTags
{
    Never,
    IfNonzero,
    Always,
}
