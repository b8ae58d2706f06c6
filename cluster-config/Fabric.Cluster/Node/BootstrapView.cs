namespace Fabric.Cluster;

/// <summary>A node's answer to <c>GET /bootstrap</c>: is there a cluster, as far as it knows?</summary>
/// <param name="Address">Its own Akka address.</param>
/// <param name="Members">Addresses of members, those still joining included: a cluster that is just forming counts.</param>
public sealed record BootstrapView(string Address, bool HasCluster, IReadOnlyList<string> Members);
