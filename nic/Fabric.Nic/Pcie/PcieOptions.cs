namespace Fabric.Nic;

/// <summary>Bounds and times of the PCIe channel, the same at both ends.</summary>
public sealed record PcieOptions
{
    /// <summary>Control messages in flight per direction.</summary>
    public int Window { get; init; } = 256;

    /// <summary>Messages that may share an envelope.</summary>
    public int EnvelopeMessages { get; init; } = 64;

    /// <summary>
    /// An unacknowledged message is sent again after this long, and each further time after twice as long, up to 16 times this.
    /// </summary>
    public int RetransmitMs { get; init; } = 100;

    /// <summary>With nothing to say, an end repeats its acknowledgement and credit this often.</summary>
    public int KeepaliveMs { get; init; } = 150;

    /// <summary>
    /// A NIC that was not heard for this long does not answer. With a look every 250 ms it is known within a second.
    /// </summary>
    public int SilentMs { get; init; } = 700;

    /// <summary>One way, microseconds. It is kept to the nearest millisecond: the engines' clock has no finer step.</summary>
    public int LatencyUs { get; init; }

    /// <summary>Flows that the NIC writes in a second, new ones and changed ones; 0 is as many as come.</summary>
    public int InsertionsPerSecond { get; init; }

    /// <summary>Requests that the NIC may have and not have done yet; further ones wait at the host.</summary>
    public int RingRequests { get; init; } = 4_096;

    /// <summary>Unasked, the NIC reports changed flows this often, as many as fit a message; 0 is never.</summary>
    public int StatsPushMs { get; init; }

    /// <summary>
    /// Offers (<see cref="FlowPut"/>) that may wait at the host; further ones are refused there. Deletes are never refused.
    /// </summary>
    public int MaxWaitingPuts { get; init; } = 500_000;

    /// <summary>Frames per direction that may be under way and not yet taken.</summary>
    public int RingFrames { get; init; } = 4_096;

    /// <summary>Flows per <see cref="StatsReply"/>.</summary>
    public int StatsChunk { get; init; } = 256;

    internal int LatencyMs => (LatencyUs + 500) / 1_000;

    /// <summary>The host does without a NIC that it has not heard for longer.</summary>
    internal int SilenceLimitMs => SilentMs + 2 * LatencyMs;

    /// <summary>
    /// The NIC uses its flows for less than that since it was heard: what it decides at the last moment still has to leave.
    /// </summary>
    internal int LeaseMs => SilenceLimitMs - SilentMs / 7;

    /// <summary>An acknowledgement needs both ways.</summary>
    internal int FirstRetransmitMs => Math.Max(RetransmitMs, 4 * LatencyMs);
}
