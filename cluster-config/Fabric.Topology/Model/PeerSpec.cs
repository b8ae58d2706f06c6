using System.Net;

namespace Fabric.Topology;

/// <summary>A tunnel end point of one overlay that is not ours: a Linux vxlan device, a real OVS, a switch.</summary>
public sealed record PeerSpec
{
    public required string Name { get; init; }

    /// <summary>Name of the <see cref="OverlaySpec"/> it takes part in.</summary>
    public required string Overlay { get; init; }

    public required IPAddress Vtep { get; init; }

    /// <summary>What is known to live behind it; empty when that is to be learned.</summary>
    public IReadOnlyList<PeerEndpoint> Behind { get; init; } = [];
}
