namespace Fabric.Nic;

/// <summary>Bounds and times of the PCIe channel, the same at both ends.</summary>
public sealed record PcieOptions
{
    /// <summary>Control messages in flight per direction.</summary>
    public int Window { get; init; } = 256;

    /// <summary>
    /// An unacknowledged message is sent again after this long, and each further time after twice as long, up to 16 times this.
    /// </summary>
    public int RetransmitMs { get; init; } = 100;

    /// <summary>With nothing to say, an end repeats its acknowledgement and credit this often.</summary>
    public int KeepaliveMs { get; init; } = 1_000;

    /// <summary>
    /// Offers (<see cref="FlowPut"/>) that may wait at the host; further ones are refused there. Deletes are never refused.
    /// </summary>
    public int MaxWaitingPuts { get; init; } = 500_000;

    /// <summary>Frames per direction that may be under way and not yet taken.</summary>
    public int RingFrames { get; init; } = 4_096;

    /// <summary>Flows per <see cref="StatsReply"/>.</summary>
    public int StatsChunk { get; init; } = 256;
}
