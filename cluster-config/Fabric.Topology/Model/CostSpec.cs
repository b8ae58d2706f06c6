namespace Fabric.Topology;

/// <summary>
/// What frames are taken to cost on a real server of the kind (<c>costs:</c> of a NIC). It changes nothing that happens; it turns measured
/// frames per tier into modelled cycles, latency and ceilings.
/// </summary>
public sealed record CostSpec
{
    /// <summary>Clock of a host core, MHz.</summary>
    public int HostMhz { get; init; } = 2_500;

    /// <summary>Host cores that forward.</summary>
    public int HostCores { get; init; } = 1;

    /// <summary>
    /// Card's time per frame, ns: an NFP-4000 at 50 Gbit/s has 13 for a small frame (Agilio OVS guide, theory of operation).
    /// </summary>
    public int CardNs { get; init; } = 13;

    /// <summary>
    /// Host cycles per frame that L3 forwards: 4.4 M lookups a second with one mask in OVS-DPDK 3.1's classifier, on the default clock.
    /// </summary>
    public int L3Cycles { get; init; } = 570;

    /// <summary>Host cycles per upcall: 10.8 µs in OVS 3.1's user-space datapath, on the default clock.</summary>
    public int UpcallCycles { get; init; } = 27_000;

    /// <summary>
    /// One crossing of PCIe, ns: about half of the 900 of a small DMA read's round trip (Neugebauer et al., SIGCOMM 2018).
    /// </summary>
    public int PcieNs { get; init; } = 450;
}
