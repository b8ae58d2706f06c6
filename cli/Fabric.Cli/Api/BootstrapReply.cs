namespace Fabric.Cli.Api;

/// <summary>What <c>GET /bootstrap</c> says to a node that looks for a cluster.</summary>
/// <param name="Address">Akka address; empty while the node is starting.</param>
internal sealed record BootstrapReply(string Address, bool HasCluster, IReadOnlyList<string> Members)
{
    public static BootstrapReply OfStartingNode { get; } = new("", false, []);
}
