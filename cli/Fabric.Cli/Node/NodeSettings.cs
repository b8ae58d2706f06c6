using Microsoft.Extensions.Logging;

namespace Fabric.Cli.Node;

/// <param name="Api">Where this node's HTTP API listens.</param>
/// <param name="Contacts">API addresses of the contact points; none for a node alone.</param>
internal sealed record NodeSettings(
    Uri Api, HostAndPort Remoting, IReadOnlyList<Uri> Contacts, IReadOnlyList<string> Roles, string DataDirectory, ILoggerFactory Logging)
{
    /// <inheritdoc cref="Fabric.Cluster.NodeOptions.Journal"/>
    public string? Journal { get; init; }

    /// <inheritdoc cref="Fabric.Cluster.NodeOptions.KeepsDatabasesInJournal"/>
    public bool KeepsDatabasesInJournal { get; init; }
}
