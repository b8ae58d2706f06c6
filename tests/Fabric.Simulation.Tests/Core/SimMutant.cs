namespace Fabric.Simulation.Tests;

/// <summary>Bugs planted on purpose, each for the checker that must find it.</summary>
internal enum SimMutant
{
    None,

    /// <summary>A link forgets a frame without a word.</summary>
    LinkForgets,

    /// <summary>A link says that it delivered what it threw away.</summary>
    LinkLies,

    /// <summary>A part counts a frame as dropped and keeps its buffer.</summary>
    BufferKept,

    /// <summary>A link rewrites one overlay's VNI into the other's.</summary>
    WrongVni,

    /// <summary>The NIC confirms deletes that it did not carry out.</summary>
    DeleteIgnored,

    /// <summary>A link doubles frames although nobody asked for it.</summary>
    SecretDuplicates,

    /// <summary>A link stays cut when all faults should be over.</summary>
    StaysCut,

    /// <summary>The way into a NIC takes more frames than it has room for.</summary>
    NoBackPressure,

    /// <summary>The spoof guard is off.</summary>
    NoSpoofGuard,

    /// <summary>The kernel datapath ignores changed actions.</summary>
    ModifyIgnored,

    /// <summary>Barriers are answered when rules are in the tables.</summary>
    BarrierEarly,

    /// <summary>What the host promises its NIC never ends.</summary>
    EndlessLease,
}
