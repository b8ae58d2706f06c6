using Akka.Event;
using Fabric.Agent.Configuration;

namespace Fabric.Actors;

/// <summary>What an emulated server's ovsdb-server is started with: what Debian's start script gives the real one.</summary>
internal static class ServerOvsdb
{
    public static OvsdbSettings Settings(string server, NodeServices node, ILoggingAdapter log)
    {
        var memory = node.KeepsDatabasesInJournal ? null : node.Databases.GetOrAdd(server, _ => new MemoryLog());
        var settings = new OvsdbSettings { Name = server, Databases = [new OvsdbFile(null, SwitchSchema.Instance) { Memory = memory }] };
        if (node.DataFolder is not { } data)
            return settings with { OwnRemotes = [ServerSockets.Passive(node, server, "db.sock")] };
        var run = RunDirectory.Make(data, server, out var told);
        if (told is not null) log.Info("{0}", told);
        var file = Path.Combine(Path.GetFullPath(data), "ovsdb", server + ".db");
        return settings with
        {
            Databases = [new OvsdbFile(node.KeepsDatabasesInJournal ? null : file, SwitchSchema.Instance)],
            RunDirectory = run,
            Remotes = ["punix:" + Path.Combine(run, "db.sock"), "db:Open_vSwitch,Open_vSwitch,manager_options"],
            PrivateKey = "db:Open_vSwitch,SSL,private_key",
            Certificate = "db:Open_vSwitch,SSL,certificate",
            CaCertificate = "db:Open_vSwitch,SSL,ca_cert",
            BootstrapsCa = true,
            WaitsForFiles = true,
        };
    }
}
