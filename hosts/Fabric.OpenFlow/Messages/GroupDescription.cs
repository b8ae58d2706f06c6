namespace Fabric.OpenFlow;

/// <summary>A group as it was made (OVS: <c>ofputil_group_desc</c>).</summary>
public sealed record GroupDescription(GroupType Type, uint GroupId)
{
    public IReadOnlyList<GroupBucket> Buckets { get; init; } = [];

    /// <summary>OpenFlow 1.5 and the extension to 1.0.</summary>
    public GroupProperties Properties { get; init; } = GroupProperties.None;
}
