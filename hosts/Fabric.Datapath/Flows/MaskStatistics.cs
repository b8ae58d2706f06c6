using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>One mask of a <see cref="MaskedFlowTable{T}"/>: how many flows use it and how many lookups it answered.</summary>
public readonly record struct MaskStatistics(FlowMask Mask, int FlowCount, long Hits);
