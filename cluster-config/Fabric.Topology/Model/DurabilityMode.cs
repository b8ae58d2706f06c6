namespace Fabric.Topology;

/// <summary>What the reply to an OpenFlow barrier promises of the rules before it.</summary>
public enum DurabilityMode : byte
{
    /// <summary>They are in force; they are saved at most 100 ms later.</summary>
    Batch,

    /// <summary>They are in force, and saved.</summary>
    Barrier,
}
