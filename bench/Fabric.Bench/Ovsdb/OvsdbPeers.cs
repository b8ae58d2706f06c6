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
    private const string Serve = "--ovsdb-serve";
    private const string Idle = "--ovsdb-idle";
    private const string SchemaFile = "/usr/share/openvswitch/vswitch.ovsschema";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static bool IsChild(string[] arguments) => arguments[0] is Serve or Idle;

    /// <summary>Serves until the input ends, or tells what idle databases take.</summary>
    public static void RunChild(string[] arguments)
    {
        if (arguments[0] == Serve)
        {
            var settings = Settings(arguments[1]);
            var setup = ActorSystemSetup.Create(
                BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString(OvsdbHost.Configuration)));
            var host = OvsdbHost.StartAsync(settings, setup).GetAwaiter().GetResult();
            Console.WriteLine("ready");
            while (Console.ReadLine() is not null) { }
            host.DisposeAsync().AsTask().Wait();
            return;
        }

        MeasureIdle(int.Parse(arguments[1], CultureInfo.InvariantCulture), arguments[2]);
    }

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
        return Await(Again([Serve, folder]), folder);
    }

    /// <summary>Kilobytes per database, managed and resident, of so many idle ones in one process.</summary>
    public static (double Managed, double Resident) MeasureIdleDatabases(int count, string folder)
    {
        Directory.CreateDirectory(folder);
        using var child = Again([Idle, count.ToString(CultureInfo.InvariantCulture), folder]);
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
    private static void MeasureIdle(int count, string folder)
    {
        using var system = ActorSystem.Create("idle", ConfigurationFactory.ParseString("akka.loglevel = OFF, akka.stdout-loglevel = OFF"));
        const int First = 10;
        Start(system, folder, 0, First);
        var (managed, resident) = Taken();
        Start(system, folder, First, First + count);
        var (managedAfter, residentAfter) = Taken();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{(managedAfter - managed) / 1024.0 / count} {(residentAfter - resident) / 1024.0 / count}"));
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

    private static Process Again(string[] arguments)
    {
        var program = typeof(OvsdbPeers).Assembly.Location;
        var isHosted = Path.GetFileName(Environment.ProcessPath!).StartsWith("dotnet", StringComparison.Ordinal);
        return Process.Start(new ProcessStartInfo(Environment.ProcessPath!, isHosted ? [program, .. arguments] : arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
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
