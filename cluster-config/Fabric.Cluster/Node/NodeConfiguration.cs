using Akka.Configuration;
using Akka.Persistence.Sql;
using Fabric.Actors.Protocol;
using Microsoft.Data.Sqlite;

namespace Fabric.Cluster;

/// <summary>Lays the HOCON of a node together: its own addresses over persistence over what all nodes share.</summary>
internal static class NodeConfiguration
{
    /// <summary>Room for the journal's tables, its write-ahead log and the first topologies, bytes.</summary>
    private const long MinFreeSize = 16 << 20;

    public static Config Compose(NodeOptions options) =>
        Own(options)
            .WithFallback(Resource("fabric.conf"))
            .WithFallback(Resource("persistence.conf"))
            .WithFallback(SqlPersistence.DefaultConfiguration);

    /// <summary>Makes the database files, in write-ahead mode so that the processes of one machine can share them.</summary>
    /// <exception cref="NodeStartException">A file is no database, or damaged.</exception>
    public static void PrepareFiles(NodeOptions options)
    {
        var dataDirectory = options.DataDirectory;
        Directory.CreateDirectory(dataDirectory);
        if (options.Journal is not null) return;
        // A journal that finds no room for its tables fails slowly and says little.
        var free = new DriveInfo(Path.GetFullPath(dataDirectory)).AvailableFreeSpace;
        if (free < MinFreeSize) throw new IOException($"only {free / 1024} KiB are free there, and a journal wants {MinFreeSize / 1024}");
        foreach (var file in new[] { JournalFile(dataDirectory), SnapshotFile(dataDirectory) })
        {
            try
            {
                Prepare(file);
            }
            catch (SqliteException e)
            {
                throw new NodeStartException(
                    $"{file} cannot be used: {e.Message} "
                    + "Delete it to start without what it remembers, or choose another folder with --data", e);
            }
        }
    }

    private static void Prepare(string file)
    {
        using var connection = new SqliteConnection(ConnectionString(file));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL;";
        command.ExecuteNonQuery();
    }

    private static Config Own(NodeOptions options)
    {
        var bindings = string.Join('\n',
            ProtocolSerializer.Types.Select(type => $"\"{type.FullName}, {type.Assembly.GetName().Name}\" = fabric"));
        return ConfigurationFactory.ParseString(
            $$"""
            akka.actor.serialization-bindings { {{bindings}} }
            akka.remote.dot-netty.tcp { hostname = "{{options.RemotingHost}}", port = {{options.RemotingPort}} }
            akka.cluster.roles = [{{string.Join(", ", options.Roles)}}]
            akka.persistence.journal.sql {
              connection-string = {{Quoted(options.Journal ?? ConnectionString(JournalFile(options.DataDirectory)))}}
              provider-name = "{{ProviderOf(options)}}"
            }
            akka.persistence.snapshot-store.sql {
              connection-string = {{Quoted(options.Journal ?? ConnectionString(SnapshotFile(options.DataDirectory)))}}
              provider-name = "{{ProviderOf(options)}}"
            }
            """);
    }

    /// <summary>As LinqToDB calls them.</summary>
    private static string ProviderOf(NodeOptions options) => options.Journal is null ? "SQLite.MS" : "PostgreSQL.15";

    private static Config Resource(string name)
    {
        using var stream = typeof(NodeConfiguration).Assembly.GetManifestResourceStream(name)
            ?? throw new NodeStartException($"the program lacks its resource {name}");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    private static string JournalFile(string directory) => Path.Combine(directory, "journal.db");

    private static string SnapshotFile(string directory) => Path.Combine(directory, "snapshots.db");

    private static string ConnectionString(string file) => new SqliteConnectionStringBuilder
    {
        DataSource = Path.GetFullPath(file),
        Cache = SqliteCacheMode.Private,
        DefaultTimeout = 30,
    }.ToString();

    /// <summary>A path may hold what ends a string in HOCON.</summary>
    private static string Quoted(string text) => $"\"{text.Replace("\\", @"\\").Replace("\"", "\\\"")}\"";
}
