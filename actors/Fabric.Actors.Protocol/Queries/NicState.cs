namespace Fabric.Actors.Protocol;

/// <summary>One NIC's tables, and what it left to its host.</summary>
/// <param name="Eviction">The policy by which L1 makes room.</param>
/// <param name="PendingL1">Entries of L1 that wait for a policy.</param>
/// <param name="InsertsRefused">Times that the eviction policy made no room.</param>
/// <param name="Evictions">Entries that left L1, by cause; causes that did not occur are left out.</param>
/// <param name="Fallback">Frames that the NIC gave to the host, by reason.</param>
/// <param name="TakenByServer">Of the host-destined ones, those that are no flow's: the server took them itself.</param>
/// <param name="UnknownFlows">Control messages refused because they named a flow that the NIC does not have.</param>
/// <param name="UnknownPorts">The same for a port.</param>
public sealed record NicState(
    string Server, string Profile, string Eviction, int EntriesL1, int CapacityL1, int PendingL1, long InsertsRefused,
    IReadOnlyDictionary<string, long> Evictions, int RulesL2, int MasksL2, int StatisticsContexts, FlowFallback Fallback,
    long TakenByServer, long UnknownFlows, long UnknownPorts);
