using Fabric.Actors.Protocol;
using Fabric.Nic;

namespace Fabric.Actors;

/// <summary>The channel's settings of a server, the same for its kernel datapath and its NIC.</summary>
internal static class PcieSettings
{
    /// <summary>Longer ones would be no PCIe, and the host takes a NIC for silent that is merely far.</summary>
    private const long MaxUs = 10_000_000;

    public static PcieOptions Of(ServerPlan plan)
    {
        var pcie = plan.Nic.Pcie;
        return new PcieOptions
        {
            LatencyUs = (int)Math.Min(pcie.Latency.Ticks / TimeSpan.TicksPerMicrosecond, MaxUs),
            InsertionsPerSecond = pcie.InsertionRate,
            RingFrames = pcie.Ring,
            RingRequests = pcie.Ring,
            StatsPushMs = (int)Math.Min(Math.Ceiling(pcie.StatsPush.TotalMilliseconds), int.MaxValue),
        };
    }
}
