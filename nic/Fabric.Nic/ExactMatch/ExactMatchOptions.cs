namespace Fabric.Nic;

/// <summary>Size and ageing of the exact match flow tracker.</summary>
public sealed record ExactMatchOptions
{
    public const int MaxCapacity = 1 << 24;

    /// <summary>
    /// Most entries, up to <see cref="MaxCapacity"/>. Address space is reserved for all; memory follows the entries in use, at 92 to 101
    /// bytes each (<c>fabric bench l1</c> shows a full table of 8 M), and 64 to 512 more for a key that is not plain IPv4.
    /// </summary>
    public int Capacity { get; init; } = 1_000_000;

    /// <summary>Most entries that wait for a policy; the oldest makes room.</summary>
    public int PendingLimit { get; init; } = 16_384;

    /// <summary>An entry without a policy is removed this long after the miss that added it.</summary>
    public int PendingTimeoutMs { get; init; } = 2_000;

    /// <summary>An entry is removed when unused for this long. L1 has no time-outs of its own rules: this only gives memory back.</summary>
    public int IdleTimeoutMs { get; init; } = 60_000;
}
