using Fabric.Datapath;
using Fabric.Flow;

namespace Fabric.Nic;

/// <summary>A copy of one L2 flow, for listing.</summary>
public sealed record NicFlowView
{
    /// <inheritdoc cref="NicFlow.IsRanked"/>
    public bool IsRanked { get; init; }

    public required Ufid Ufid { get; init; }
    public required FlowKey Key { get; init; }
    public required FlowMask Mask { get; init; }
    public required DatapathActions Actions { get; init; }

    /// <summary>Frames that L2 itself answered.</summary>
    public required long Hits { get; init; }

    /// <summary>The flow's statistics, whoever forwarded: equal to L3's once traffic stops.</summary>
    public required long Packets { get; init; }
    public required long Bytes { get; init; }
    public required long LastUsedMs { get; init; }
    public required ushort TcpFlags { get; init; }

    /// <summary>Null when the NIC executes the flow.</summary>
    public required FallbackReason? Trap { get; init; }
    public required string? Refusal { get; init; }
    public required long FallbackFrames { get; init; }

    /// <summary>Number of its statistics context.</summary>
    public required int Context { get; init; }
}
