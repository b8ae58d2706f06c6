namespace Fabric.Bench;

/// <summary>The targets that benchmarks here measure, by number.</summary>
public static class Targets
{
    /// <summary>An exact match hit, 1,000 flows.</summary>
    public static Target P1 { get; } = new("P1", 3, 6);

    /// <summary>An exact match hit among 1 M flows; the peer has left its exact match cache long before.</summary>
    public static Target P2 { get; } = new("P2", 5, 12);

    /// <summary>A masked hit.</summary>
    public static Target P3 { get; } = new("P3", 2, 4);

    /// <summary>VM to VM on one server.</summary>
    public static Target P4 { get; } = new("P4", 6, 30);

    /// <summary>VM to VM over a tunnel, frames of many flows mixed.</summary>
    public static Target P5 { get; } = new("P5", 1.6, 3);

    /// <summary>VM to VM over a tunnel, frames that the kernel segments together.</summary>
    public static Target P5Grouped { get; } = new("P5", 8, 20);

    /// <summary>Set-up of flows.</summary>
    public static Target P8 { get; } = new("P8", 1, 3);

    /// <summary>Seconds for a bundle of rules.</summary>
    public static Target P9 { get; } = new("P9", 1, 0.5);

    /// <summary>Seconds for rules one by one.</summary>
    public static Target P10 { get; } = new("P10", 0.5, 0.2);

    /// <summary>Seconds for many ports in one transaction.</summary>
    public static Target P11 { get; } = new("P11", 1);

    /// <summary>Seconds until a reset NIC has all flows again.</summary>
    public static Target P15 { get; } = new("P15", 2, 0.3, IsRatio: false);

    /// <summary>Seconds to read the statistics of 1 M flows.</summary>
    public static Target P16 { get; } = new("P16", 1, IsRatio: false);

    /// <summary>Milliseconds that reading statistics may add to the fast path's p99.9 gap.</summary>
    public static Target P16Gap { get; } = new("P16", 5, IsRatio: false);

    /// <summary>Milliseconds from a rule's deletion to its acknowledgement.</summary>
    public static Target P17 { get; } = new("P17", 100, IsRatio: false);

    /// <summary>Frames that followed a policy after its deletion was acknowledged.</summary>
    public static Target P17Stale { get; } = new("P17", 0, IsRatio: false);

    /// <summary>Bytes that the thread of the NIC alone, without actors and timers, allocates per frame.</summary>
    public static Target P18Engine { get; } = new("P18", 0, IsRatio: false);

    /// <summary>
    /// Bytes allocated per frame in a whole process. Timers tick beside any load and allocate; a frame that did would take 24 B.
    /// </summary>
    public static Target P18 { get; } = new("P18", 0.5, 0.05, IsRatio: false);
}
