using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>One decision on a packet's way.</summary>
/// <param name="Rank">Among the alternatives of this decision.</param>
/// <param name="Rule">Of a lookup; null when it finds none.</param>
/// <param name="Bits">What a split or a type fixes, and to what.</param>
internal sealed record PathStep(PathStepKind Kind, int Rank, OpenFlowRule? Rule = null, SplitBits? Bits = null);
