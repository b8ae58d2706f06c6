namespace Fabric.Nic;

/// <summary>What <see cref="PcieHostEnd"/> reports, during <see cref="PcieHostEnd.Receive"/> and in the order of the requests.</summary>
public interface IPcieHostEvents
{
    void Result(PcieRequest request, PcieResult result);

    void Statistics(StatsReply reply);

    /// <summary>Statistics that nobody asked for.</summary>
    void Pushed(StatsPush push);

    void LinkChanged(LinkEvent link);

    /// <summary>
    /// The NIC lost its memory. Requests without a result will get none; ports, tunnels and flows are to be sent anew (already possible
    /// during this call).
    /// </summary>
    void NicRestarted();
}
