namespace Fabric.OpenFlow;

/// <summary>What groups a switch has; the lists go by <see cref="GroupType"/> (<c>ofp12_group_features_stats</c>).</summary>
/// <param name="Types">Bit n is group type n.</param>
/// <param name="Capabilities"><c>OFPGFC_*</c>: 1 weights, 2 liveness, 4 chaining, 8 checks for loops.</param>
/// <param name="MaxGroups">Four numbers.</param>
/// <param name="Actions">Four sets: bit n is action number n of the version asked.</param>
public sealed record GroupFeatures(uint Types, uint Capabilities, IReadOnlyList<uint> MaxGroups, IReadOnlyList<uint> Actions);
