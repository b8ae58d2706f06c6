using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>The commands of ovsdb-server(1) that concern its databases and remotes, as the control socket takes them.</summary>
internal sealed class OvsdbCommands(
    OvsdbServer server, DatabaseSet databases, RemoteSet<OvsdbSession> remotes, RemoteWishes wishes, FabricClock clock)
{
    private const string BuiltIn = "_Server";

    /// <summary>Names, arguments as list-commands shows them, and how many there may be.</summary>
    public static IReadOnlyList<(string Name, string Usage, int Least, int Most)> Known { get; } =
    [
        ("memory/show", "", 0, 0),
        ("ovsdb-server/add-db", "DB", 1, 1),
        ("ovsdb-server/add-remote", "REMOTE", 1, 1),
        ("ovsdb-server/compact", "", 0, 1),
        ("ovsdb-server/disable-monitor-cond", "", 0, 0),
        ("ovsdb-server/get-db-storage-status", "DB", 1, 1),
        ("ovsdb-server/list-dbs", "", 0, 0),
        ("ovsdb-server/list-remotes", "", 0, 0),
        ("ovsdb-server/memory-trim-on-compaction", "on|off", 1, 1),
        ("ovsdb-server/perf-counters-clear", "", 0, 0),
        ("ovsdb-server/perf-counters-show", "", 0, 0),
        ("ovsdb-server/reconnect", "", 0, 0),
        ("ovsdb-server/remove-db", "DB", 1, 1),
        ("ovsdb-server/remove-remote", "REMOTE", 1, 1),
        ("ovsdb-server/sync-status", "", 0, 0),
    ];

    /// <param name="later">Called with the answer of a command that takes its time; then there is none now.</param>
    public OvsdbCommandReply? Run(OvsdbCommand command, Action<OvsdbCommandReply> later) => command.Name switch
    {
        "memory/show" => Done(Memory()),
        "ovsdb-server/add-db" => AddDatabase(command.Arguments[0]),
        "ovsdb-server/add-remote" => wishes.Add(command.Arguments[0]) is { } wrong ? Wrong(wrong) : Done(""),
        "ovsdb-server/compact" => Compact(command.Arguments.Count > 0 ? command.Arguments[0] : null, later),
        "ovsdb-server/disable-monitor-cond" => DisableConditions(),
        "ovsdb-server/get-db-storage-status" =>
            databases.Find(command.Arguments[0]) is null ? Wrong("Failed to find the database.") : Done("status: ok"),
        "ovsdb-server/list-dbs" => Done(Lines(databases.All.Select(d => d.Name).Append(BuiltIn))),
        "ovsdb-server/list-remotes" => Done(Lines(wishes.Asked)),
        "ovsdb-server/memory-trim-on-compaction" or "ovsdb-server/perf-counters-clear" => Done(""),
        "ovsdb-server/perf-counters-show" => Done("performance counter is not supported on this platform"),
        "ovsdb-server/reconnect" => Reconnect(),
        "ovsdb-server/remove-db" => RemoveDatabase(command.Arguments[0]),
        "ovsdb-server/remove-remote" => wishes.Remove(command.Arguments[0]) ? Done("") : Wrong("no such remote"),
        "ovsdb-server/sync-status" => Done("state: active\n"),
        _ => Wrong($"\"{command.Name}\" is not a valid command (use \"list-commands\" to see a list of valid commands)"),
    };

    private OvsdbCommandReply AddDatabase(string path)
    {
        var full = Path.GetFullPath(path);
        if (databases.All.Any(d => d.Path is { } known && Path.GetFullPath(known) == full))
            return Wrong($"ovsdb error: {path}: already open");
        return databases.Open(new OvsdbFile(path, null)) == OpenOutcome.Opened ? Done("") : Wrong(databases.Error!);
    }

    private OvsdbCommandReply RemoveDatabase(string name) =>
        name == BuiltIn ? Wrong("Cannot remove reserved database.")
        : databases.Remove(name) ? Done("")
        : Wrong("Failed to find the database.");

    /// <summary>Answered when the last of the files is rewritten, as ovsdb-server does.</summary>
    private OvsdbCommandReply? Compact(string? name, Action<OvsdbCommandReply> later)
    {
        if (name?.StartsWith('_') == true) return Wrong("cannot compact built-in databases");
        var chosen = databases.All.Where(d => name is null || d.Name == name).ToList();
        if (chosen.Count == 0) return Wrong("no database by that name");
        var left = chosen.Count;
        foreach (var database in chosen)
        {
            database.AskImage(() =>
            {
                if (--left == 0) later(Done(""));
            });
        }

        return null;
    }

    /// <summary>For tests of clients that must get on with old servers.</summary>
    private OvsdbCommandReply DisableConditions()
    {
        server.HasConditions = false;
        return Reconnect();
    }

    private OvsdbCommandReply Reconnect()
    {
        remotes.Reconnect(clock.NowMs);
        return Done("");
    }

    private string Memory()
    {
        var rows = databases.All.SelectMany(d => d.Database.Tables).Sum(t => t.Count);
        var sessions = remotes.States.Sum(s => s.Connections.Count);
        return $"rows:{rows} sessions:{sessions}\n";
    }

    private static string Lines(IEnumerable<string> lines) =>
        string.Concat(lines.Order(StringComparer.Ordinal).Select(line => line + "\n"));

    private static OvsdbCommandReply Done(string text) => new(IsError: false, text);

    private static OvsdbCommandReply Wrong(string text) => new(IsError: true, text);
}
