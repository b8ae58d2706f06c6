using Fabric.Flow;

namespace Fabric.Nic;

/// <summary>A copy of one entry of the exact match flow tracker, for listing.</summary>
public sealed record TrackedFlowView
{
    public required FlowKey Key { get; init; }

    /// <summary>False while no policy is known.</summary>
    public required bool IsBound { get; init; }

    /// <summary>True when bound to a policy that has since been modified or deleted: the next frame asks L2 again.</summary>
    public required bool IsStale { get; init; }

    /// <summary>Its TCP connection has ended: the first to make room.</summary>
    public required bool IsEnded { get; init; }

    /// <summary>Slot of the L2 flow; meaningful when bound and not stale.</summary>
    public required int PolicySlot { get; init; }

    /// <summary>Frames that this entry answered.</summary>
    public required long Hits { get; init; }

    /// <summary>Frames of this entry since it was bound, those that L2 answered to bind it included.</summary>
    public required long Packets { get; init; }
    public required long Bytes { get; init; }
    public required long LastUsedMs { get; init; }
}
