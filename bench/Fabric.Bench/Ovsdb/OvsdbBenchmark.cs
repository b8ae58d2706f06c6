namespace Fabric.Bench.Ovsdb;

/// <summary>
/// Transactions and updates a second, ours beside Debian's ovsdb-server where peers take part; and what an idle database takes.
/// </summary>
internal sealed class OvsdbBenchmark : IBenchmark
{
    private const int Sessions = 50;
    private const int IdleCount = 1_000;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    public string Name => "ovsdb";

    public string Purpose => "OVSDB transactions/s and monitor updates/s, and the memory of idle databases";

    public void Run(BenchRun run)
    {
        var folder = Directory.CreateTempSubdirectory("fabric-bench-").FullName;
        try
        {
            Measure(run, folder);
            var count = run.Scaled(IdleCount);
            run.Tell($"{count} idle databases");
            var (managed, resident) = OvsdbPeers.MeasureIdleDatabases(count, Path.Combine(folder, "idle"));
            run.Add(new BenchCase("idle database, managed", "kB each", MoreIsBetter: false), [managed]);
            run.Add(new BenchCase("idle database, resident", "kB each", MoreIsBetter: false), [resident]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(BenchRun run, string folder)
    {
        var ourFolder = Path.Combine(folder, "ours");
        using var ours = OvsdbPeers.StartOurs(ourFolder);
        try
        {
            using var load = new OvsdbLoad(OvsdbPeers.SocketOf(ourFolder));
            var time = run.Scaled(Round);
            // A runtime that compiles while it runs is not measured while it compiles.
            for (var i = 0; i < 3; i++) load.Run(OvsdbLoad.MaxConnections, time, load.Set);
            Measure("one column, 1 connection", on => on.Run(1, time, on.Counter));
            Measure("one column, 16 connections", on => on.Run(16, time, on.Counter));
            Measure("ovs-vsctl set, 1 connection", on => on.Run(1, time, on.Set));
            Measure("ovs-vsctl set, 16 connections", on => on.Run(16, time, on.Set));
            Measure($"updates to {Sessions} monitors", on => on.RunMonitors(Sessions, time));

            void Measure(string name, Func<OvsdbLoad, double> measure) =>
                run.Measure(new BenchCase(name, "/s"), () => measure(load), DebianDatabase.Peer(folder, measure));
        }
        finally
        {
            ours.Kill();
            ours.WaitForExit();
        }
    }
}
