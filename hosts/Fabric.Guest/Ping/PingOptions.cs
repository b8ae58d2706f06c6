namespace Fabric.Guest;

/// <summary>What a ping run sends. Sizes are echo payload bytes without ICMP header, as <c>ping -s</c> counts.</summary>
public sealed record PingOptions
{
    public const int MaxCount = 65_535;
    public const int MaxPayloadSize = 8_192;

    public int Count { get; init; } = 4;

    public int PayloadSize { get; init; } = 56;

    public int IntervalMs { get; init; } = 1000;

    /// <summary>How long an answer is waited for; an answer after it counts as late, not as received.</summary>
    public int TimeoutMs { get; init; } = 1000;

    /// <summary>Written into the payload; 0 lets the guest choose.</summary>
    public uint RunId { get; init; }
}
