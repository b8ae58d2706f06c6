using Fabric.Actors.Protocol;
using Fabric.Topology;

namespace Fabric.Actors;

/// <summary>
/// Measured frames per tier, priced. A frame that the host forwards crosses PCIe twice; an upcall is an L3 miss, so it costs a lookup, too.
/// Not modelled: batching, queues, frame size, and what the guests themselves cost.
/// </summary>
internal static class CostModel
{
    public static ModelledCost Of(TierCounts tiers, CostSpec costs)
    {
        var (onCard, onHost) = (tiers.L1 + tiers.L2, tiers.L3 + tiers.Agent);
        var hostCycles = onHost * costs.L3Cycles + tiers.Agent * costs.UpcallCycles;
        var cardCeiling = 1e9 / costs.CardNs;
        if (tiers.Total == 0) return new ModelledCost(0, 0, (long)cardCeiling, 0);
        var perFrame = (double)hostCycles / tiers.Total;
        var hostCeiling = perFrame == 0 ? double.MaxValue : costs.HostMhz * 1e6 * costs.HostCores / perFrame;
        var latencyNs = costs.CardNs + (double)onHost / tiers.Total * 2 * costs.PcieNs + perFrame / costs.HostMhz * 1e3;
        return new ModelledCost(
            hostCycles, onCard * costs.L3Cycles, (long)Math.Min(cardCeiling, hostCeiling), (long)Math.Round(latencyNs));
    }
}
