namespace Fabric.Actors.Protocol;

/// <param name="Tier"><c>l1</c>, <c>l2</c>, <c>l3</c>, <c>openflow</c>; null for all.</param>
/// <param name="Type"><c>offloaded</c>, <c>non-offloaded</c>, <c>ovs</c>, <c>tc</c>, <c>dpdk</c>, <c>partially-offloaded</c> or <c>all</c>;
/// of L3 only.</param>
public sealed record FlowsRequest(string Server, string? Tier = null, string? Type = null, int Limit = 10_000);
