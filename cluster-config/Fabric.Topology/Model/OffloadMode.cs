namespace Fabric.Topology;

/// <summary>How rules reach the NIC.</summary>
public enum OffloadMode : byte
{
    /// <summary>The NIC learns nothing: every frame takes the fallback path to the host.</summary>
    Off,

    /// <summary>The kernel datapath tells the NIC of every flow that it puts.</summary>
    Transparent,
}
