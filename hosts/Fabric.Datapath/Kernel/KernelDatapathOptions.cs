namespace Fabric.Datapath;

/// <summary>Sizes of a kernel datapath.</summary>
public sealed record KernelDatapathOptions
{
    /// <summary>
    /// OVS's flow-limit ceiling, twice: the agent deletes everything at twice its limit, so this is never reached in health.
    /// </summary>
    public int MaxFlows { get; init; } = 400_000;

    public int MaxMasks { get; init; } = 4096;

    /// <summary>OVS <c>other_config:max-idle</c>, its default.</summary>
    public int MaxIdleMs { get; init; } = 10_000;

    /// <summary>Upcalls that wait for the agent, of all vports together.</summary>
    public int UpcallQueueCapacity { get; init; } = 4096;

    /// <summary>Upcalls of one vport.</summary>
    public int UpcallQueuePerPort { get; init; } = 1024;

    /// <summary>
    /// Where the NIC can find a flow but not execute it, it marks the frames, and they are not looked up again (OVS-DPDK: partial offload).
    /// </summary>
    public bool HasPartialOffload { get; init; }

    /// <summary>Of the hash and of <c>sample</c>.</summary>
    public uint Seed { get; init; }
}
