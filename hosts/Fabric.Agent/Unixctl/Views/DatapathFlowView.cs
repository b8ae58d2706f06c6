using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>A flow of a datapath.</summary>
public sealed class DatapathFlowView
{
    /// <summary>Fields, so that they can be passed by reference. The key is masked.</summary>
    public FlowKey Key;

    /// <inheritdoc cref="Key"/>
    public FlowMask Mask;

    /// <summary>The packet that the flow was made for, where the datapath shows a flow by it: not masked. Otherwise null.</summary>
    public FlowKey? Packet { get; init; }

    public required Ufid Ufid { get; init; }

    public required DatapathActions Actions { get; init; }

    public long Packets { get; init; }
    public long Bytes { get; init; }

    /// <summary>How long ago a packet matched; null is never.</summary>
    public long? UnusedMs { get; init; }

    /// <summary>All TCP flags seen, ORed.</summary>
    public ushort TcpFlags { get; init; }

    /// <summary>
    /// What forwards the flow's packets: <c>ovs</c> (the host), <c>tc</c> or <c>dpdk</c> (hardware, by the way it was told).
    /// </summary>
    public string Layer { get; init; } = "ovs";

    /// <summary>With layer <c>ovs</c>: partially, the hardware classifies and the host acts.</summary>
    public bool IsOffloaded { get; init; }

    /// <summary>What the datapath adds for people, such as why the flow is not offloaded; null is nothing.</summary>
    public string? ExtraInfo { get; init; }
}
