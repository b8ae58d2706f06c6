namespace Fabric.OpenFlow;

/// <summary>Age as the wire has it; all ones is "unknown".</summary>
public readonly record struct RuleDuration(uint Seconds, uint Nanoseconds)
{
    public static RuleDuration Unknown => new(uint.MaxValue, uint.MaxValue);

    public static RuleDuration OfMilliseconds(long ms) => new((uint)(ms / 1000), (uint)(ms % 1000) * 1_000_000);
}
