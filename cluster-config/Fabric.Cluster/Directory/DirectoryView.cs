using System.Collections.Immutable;
using Fabric.Actors.Protocol;

namespace Fabric.Cluster;

/// <summary>This node's latest knowledge of who is where; replaced whole, so readers need no lock.</summary>
public sealed class DirectoryView
{
    private volatile ImmutableDictionary<string, Placement> _placements = ImmutableDictionary<string, Placement>.Empty;
    private volatile ImmutableDictionary<string, string> _apis = ImmutableDictionary<string, string>.Empty;

    /// <summary>By server name.</summary>
    public ImmutableDictionary<string, Placement> Placements { get => _placements; internal set => _placements = value; }

    /// <summary>HTTP API by Akka address of the node.</summary>
    public ImmutableDictionary<string, string> Apis { get => _apis; internal set => _apis = value; }
}
