using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Fabric.Actors;
using Fabric.Agent.Configuration;

namespace Fabric.Bench.Ovsdb;

/// <summary>
/// The two servers that are compared, each a process of its own on a file of its own: Debian's ovsdb-server, and this program started
/// again.
/// </summary>
internal static class OvsdbPeers
{
    public const string ServePart = "ovsdb-serve";
    public const string IdlePart = "ovsdb-idle";

    private const string SchemaFile = "/usr/share/openvswitch/vswitch.ovsschema";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Serves a database in the folder named until the input ends.</summary>
    public static void Serve(string[] arguments, TextWriter output)
    {
        var setup = ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString(OvsdbHost.Configuration)));
        var host = OvsdbHost.StartAsync(Settings(arguments[0]), setup).GetAwaiter().GetResult();
        output.WriteLine("ready");
        output.Flush();
        while (Console.ReadLine() is not null) { }
        host.DisposeAsync().AsTask().Wait();
    }

    /// <summary>Tells what so many idle databases in a folder take.</summary>
    public static void TellIdle(string[] arguments, TextWriter output) =>
        MeasureIdle(int.Parse(arguments[0], CultureInfo.InvariantCulture), arguments[1], output);

    public static Process StartDebian(string folder)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "conf.db");
        using (var tool = Process.Start("ovsdb-tool", ["create", file, SchemaFile])) tool.WaitForExit();
        var server = Process.Start(
            "ovsdb-server",
            [file, "--remote=punix:" + SocketOf(folder), "--unixctl=" + Path.Combine(folder, "ctl"), "-vconsole:off", "-vsyslog:off"]);
        return Await(server, folder);
    }

    public static Process StartOurs(string folder)
    {
        Directory.CreateDirectory(folder);
        return Await(BenchParts.Start(ServePart, folder), folder);
    }

    /// <summary>Kilobytes per database, managed and resident, of so many idle ones in one process.</summary>
    public static (double Managed, double Resident) MeasureIdleDatabases(int count, string folder)
    {
        Directory.CreateDirectory(folder);
        using var child = BenchParts.Start(IdlePart, count.ToString(CultureInfo.InvariantCulture), folder);
        var words = child.StandardOutput.ReadLine()!.Split(' ');
        child.WaitForExit();
        return (double.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[1], CultureInfo.InvariantCulture));
    }

    public static string SocketOf(string folder) => Path.Combine(folder, "db.sock");

    private static OvsdbSettings Settings(string folder) => new()
    {
        Name = Path.GetFileName(folder),
        Databases = [new OvsdbFile(Path.Combine(folder, "conf.db"), SwitchSchema.Instance)],
        Remotes = ["punix:" + SocketOf(folder), "db:Open_vSwitch,Open_vSwitch,manager_options"],
        RunDirectory = folder,
    };

    /// <summary>Each has a bridge with a few ports in it and a socket; the first few are there before the count begins.</summary>
    private static void MeasureIdle(int count, string folder, TextWriter output)
    {
        using var system = ActorSystem.Create("idle", ConfigurationFactory.ParseString("akka.loglevel = OFF, akka.stdout-loglevel = OFF"));
        const int First = 10;
        Start(system, folder, 0, First);
        var (managed, resident) = Taken();
        Start(system, folder, First, First + count);
        var (managedAfter, residentAfter) = Taken();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{(managedAfter - managed) / 1024.0 / count} {(residentAfter - resident) / 1024.0 / count}"));
        output.Flush();
    }

    private static void Start(ActorSystem system, string folder, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var own = Path.Combine(folder, i.ToString(CultureInfo.InvariantCulture));
            var server = system.ActorOf(OvsdbActor.Props(Settings(own), FabricClock.System), $"ovsdb{i}");
            server.Ask<DatabasesOpened>(OpenDatabases.Instance).Wait(Patience);
            using (new OvsdbLoad(SocketOf(own))) { }
        }
    }

    private static (long Managed, long Resident) Taken()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var managed = GC.GetTotalMemory(forceFullCollection: true);
        using var self = Process.GetCurrentProcess();
        return (managed, self.WorkingSet64);
    }

    private static Process Await(Process server, string folder)
    {
        var watch = Stopwatch.StartNew();
        while (!File.Exists(SocketOf(folder)))
        {
            if (watch.Elapsed > Patience || server.HasExited) throw new InvalidOperationException("a database server does not start");
            Thread.Sleep(20);
        }

        return server;
    }
}
