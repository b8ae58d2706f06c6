using Fabric.Topology;

namespace Fabric.Actors.Protocol;

public sealed record NicPlan(string Profile, int ExactMatchEntries, string Eviction, int Rules, int Masks, int Vfs, string Offloads,
    int StatisticsContexts, CostSpec Costs);
