namespace Fabric.Agent;

/// <summary>Knobs of Open_vSwitch's <c>other_config</c>, with its names and defaults.</summary>
public sealed record RevalidatorOptions
{
    public int FlowLimit { get; init; } = Agent.FlowLimit.DefaultCeiling;

    public int MaxIdleMs { get; init; } = Agent.FlowLimit.DefaultMaxIdleMs;

    /// <summary>Longest wait between sweeps.</summary>
    public int MaxRevalidatorMs { get; init; } = 500;

    /// <summary>Flows with fewer packets per second are deleted rather than translated anew while sweeps are slow.</summary>
    public int MinRevalidatePps { get; init; } = 5;

    /// <summary>Statistics of offloaded flows are this late; younger ones are always revalidated.</summary>
    public int OffloadedStatsDelayMs { get; init; } = 2000;
}
