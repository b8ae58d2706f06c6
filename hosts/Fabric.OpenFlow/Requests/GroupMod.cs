namespace Fabric.OpenFlow;

/// <summary>
/// A request to add, change or remove a group, independent of the version that carries it (OVS: <c>ofputil_group_mod</c>).
/// </summary>
public sealed record GroupMod
{
    public const uint MaxGroup = 0xffffff00;

    /// <summary>In a delete: every group.</summary>
    public const uint AllGroups = 0xfffffffc;
    public const uint AnyGroup = 0xffffffff;

    /// <summary>Instead of a bucket's id: the first, the last, all of them.</summary>
    public const uint FirstBucket = 0xfffffffd;

    /// <inheritdoc cref="FirstBucket"/>
    public const uint LastBucket = 0xfffffffe;

    /// <inheritdoc cref="FirstBucket"/>
    public const uint AllBuckets = 0xffffffff;

    public GroupCommand Command { get; init; }
    public GroupType Type { get; init; }
    public uint GroupId { get; init; }

    /// <summary>
    /// For <see cref="GroupCommand.InsertBucket"/>: behind this one; for <see cref="GroupCommand.RemoveBucket"/>: this one.
    /// </summary>
    public uint CommandBucketId { get; init; } = AllBuckets;
    public IReadOnlyList<GroupBucket> Buckets { get; init; } = [];
    public GroupProperties Properties { get; init; } = GroupProperties.None;
}
