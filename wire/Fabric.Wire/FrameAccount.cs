namespace Fabric.Wire;

/// <summary>
/// The conservation account of one part. Every frame that enters or is made here leaves by exactly one door, and each door is counted where
/// it
/// is: <c>In + Created = Out + Consumed + dropped + queued</c>. Nothing is derived from the other terms, so a lost frame shows.
/// </summary>
public sealed class FrameAccount
{
    /// <summary>Frames received from another part.</summary>
    public long In;

    /// <summary>Frames made here: a guest's own, and copies for further outputs.</summary>
    public long Created;

    /// <summary>Frames handed to another part.</summary>
    public long Out;

    /// <summary>Frames whose way ends here as intended: taken by a guest or by the host itself.</summary>
    public long Consumed;

    public DropCounters Drops { get; } = new();

    /// <summary>0 when the account is exact; else frames lost (positive) or doubled (negative).</summary>
    public long Imbalance(long queued) => In + Created - Out - Consumed - Drops.Total - queued;
}
