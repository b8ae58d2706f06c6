namespace Fabric.Wire;

/// <summary>The level of the cache hierarchy that decided a frame's actions, fastest first.</summary>
public enum Tier : byte
{
    /// <summary>Not looked up yet.</summary>
    None = 0,

    /// <summary>Exact match flow tracker on the NIC.</summary>
    L1 = 1,

    /// <summary>Repeated hash tables on the NIC.</summary>
    L2 = 2,

    /// <summary>Kernel datapath on the host.</summary>
    L3 = 3,

    /// <summary>User-space agent: an upcall translated the OpenFlow tables.</summary>
    Agent = 4,
}
