namespace Fabric.Agent;

/// <summary>Knobs of Open_vSwitch's <c>other_config</c>, with its names and defaults.</summary>
public sealed record RevalidatorOptions
{
    public int FlowLimit { get; init; } = Agent.FlowLimit.DefaultCeiling;

    public int MaxIdleMs { get; init; } = Agent.FlowLimit.DefaultMaxIdleMs;

    public int MaxRevalidatorMs { get; init; } = 500;

    /// <summary>
    /// From the start of a sweep to that of the next when nothing asks for one earlier (OVS: <c>udpif_revalidator</c>, which starts no two
    /// within 5 ms).
    /// </summary>
    public int SweepIntervalMs => Math.Max(5, Math.Min(MaxIdleMs, MaxRevalidatorMs));

    /// <summary>
    /// Flows with fewer packets per second are deleted rather than translated anew while sweeps are slow. 0 counts as 1 (OVS:
    /// <c>ofproto_set_min_revalidate_pps</c>).
    /// </summary>
    public int MinRevalidatePps { get; init; } = 5;

    /// <summary>Statistics of offloaded flows are this late; younger ones are always revalidated.</summary>
    public int OffloadedStatsDelayMs { get; init; } = 2000;
}
