using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>One way out of a group.</summary>
/// <param name="Id">Unique in its group. Before OpenFlow 1.5 the switch numbers them in order.</param>
public sealed record GroupBucket(uint Id)
{
    /// <summary>Share among the buckets of a select group.</summary>
    public ushort Weight { get; init; } = 1;

    /// <summary>The bucket is live while this port is; <see cref="OfpPort.None"/> does not ask.</summary>
    public OfpPort WatchPort { get; init; } = OfpPort.None;

    /// <summary>The bucket is live while this group has a live one; <see cref="GroupMod.AnyGroup"/> does not ask.</summary>
    public uint WatchGroup { get; init; } = GroupMod.AnyGroup;

    /// <summary>Run as an action set: sorted when they come in.</summary>
    public OpenFlowActions Actions { get; init; } = OpenFlowActions.Drop;
}
