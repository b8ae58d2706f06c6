namespace Fabric.Agent;

/// <summary>
/// How many flows the datapath may hold, learned from how long a sweep takes (OVS: <c>udpif_revalidator</c> in upcall.c).
/// <para>L1: a sweep over 2,000 ms divides the limit by its whole seconds; over 1,300 ms takes a quarter off; under 1,000 ms, with more
/// flows
/// per second of sweep than the limit, adds 1,000. L2: it stays between 1,000 and the ceiling.</para>
/// </summary>
public sealed class FlowLimit(int ceiling = FlowLimit.DefaultCeiling)
{
    public const int DefaultCeiling = 200_000;
    public const int Start = 10_000;
    public const int Floor = 1_000;

    /// <summary>Idle time-out while there are more flows than the limit.</summary>
    public const int CrowdedMaxIdleMs = 100;
    public const int DefaultMaxIdleMs = 10_000;

    public int Value { get; private set; } = Math.Min(Start, ceiling);

    /// <summary><c>other_config:flow-limit</c>.</summary>
    public int Ceiling
    {
        get;
        internal set
        {
            field = value;
            Value = Math.Min(Value, value);
        }
    } = ceiling;

    /// <summary>Sets it by hand until the next sweep learns anew (<c>upcall/set-flow-limit</c>).</summary>
    public void Set(int value) => Value = Math.Max(0, value);

    /// <summary>Learns from a finished sweep over <paramref name="flowCount"/> flows.</summary>
    public void SweepDone(int durationMs, int flowCount)
    {
        durationMs = Math.Max(durationMs, 1);
        var value = Value;
        if (durationMs > 2000) value /= durationMs / 1000;
        else if (durationMs > 1300) value = value * 3 / 4;
        else if (durationMs < 1000 && value < flowCount * 1000L / durationMs) value += 1000;
        Value = Math.Min(Ceiling, Math.Max(value, Floor));
    }

    /// <summary>Idle time-out for this many flows.</summary>
    public int MaxIdleMs(int flowCount, int normalMs = DefaultMaxIdleMs) =>
        flowCount > Value ? Math.Min(CrowdedMaxIdleMs, normalMs) : normalMs;

    /// <summary>More than twice the limit: everything goes.</summary>
    public bool IsEmergency(int flowCount) => flowCount > 2L * Value;

    /// <summary>May one more flow be installed?</summary>
    public bool Allows(int flowCount) => flowCount < Value;
}
