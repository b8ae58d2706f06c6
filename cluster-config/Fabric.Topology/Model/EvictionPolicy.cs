namespace Fabric.Topology;

/// <summary>Which entry the exact match flow tracker gives up when it is full.</summary>
public enum EvictionPolicy : byte
{
    Clock,
    Lru,
    Random,

    /// <summary>A full tracker learns nothing new.</summary>
    None,
}
