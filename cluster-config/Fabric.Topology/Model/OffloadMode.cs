namespace Fabric.Topology;

/// <summary>How rules reach the NIC.</summary>
public enum OffloadMode : byte
{
    /// <summary>The NIC is plain: every frame, tunnelled or not, goes to the host's datapath as it came.</summary>
    Off,

    /// <summary>The kernel datapath tells the NIC of every flow that it puts.</summary>
    Transparent,

    /// <summary>
    /// As transparent, and beside that what the rules come to is on the NIC before any frame asks, as far as that can be known before.
    /// </summary>
    Explicit,
}
