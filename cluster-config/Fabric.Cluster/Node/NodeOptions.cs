using Microsoft.Extensions.Logging;

namespace Fabric.Cluster;

/// <summary>What one cluster node is told at its start.</summary>
public sealed record NodeOptions
{
    public string SystemName { get; init; } = "fabric";

    /// <summary>Address that Akka.Remote binds and announces.</summary>
    public string RemotingHost { get; init; } = "127.0.0.1";

    /// <summary>0 picks a free port.</summary>
    public int RemotingPort { get; init; }

    /// <summary>Where this node's HTTP API listens; other nodes learn it from the directory.</summary>
    public required Uri Api { get; init; }

    /// <summary>
    /// The API addresses of the fabric's contact points, this node's own among them if it is one. Empty: this node is alone.
    /// </summary>
    public IReadOnlyList<Uri> Contacts { get; init; } = [];

    public IReadOnlyList<string> Roles { get; init; } = ["server"];

    /// <summary>Folder of run directories, of databases and rules, and of the journal unless <see cref="Journal"/> names another.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>How PostgreSQL is reached, in Npgsql's words; null: SQLite files in the data folder.</summary>
    public string? Journal { get; init; }

    /// <summary>Where nodes do not share a data folder, databases and rules of servers are kept in the journal, not in files.</summary>
    public bool KeepsDatabasesInJournal { get; init; }

    public required ILoggerFactory Logging { get; init; }

    /// <summary>How long to wait for the cluster and the journal.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
