using System.Net;

namespace Fabric.Topology;

/// <summary>One machine behind a foreign VTEP.</summary>
public sealed record PeerEndpoint
{
    /// <summary>Lower case, <c>02:00:00:00:00:01</c>.</summary>
    public required string Mac { get; init; }

    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];
}
