
namespace Fabric.Bench.Ovsdb;

/// <summary>
/// Transactions and updates a second, ours against Debian's ovsdb-server: in turns, in pairs, the ratio taken within each pair, since the
/// machine is never the same twice. And what an idle database takes.
/// </summary>
internal sealed class OvsdbBenchmark : IBenchmark
{
    private const int Pairs = 5;
    private const int Sessions = 50;
    private const int IdleCount = 1_000;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    public string Name => "ovsdb";

    public string Purpose => "OVSDB transactions/s and monitor updates/s against Debian's ovsdb-server, and the memory of idle databases";

    public void Run(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("fabric-bench-").FullName;
        try
        {
            Compare(output, folder);
            var (managed, resident) = OvsdbPeers.MeasureIdleDatabases(IdleCount, Path.Combine(folder, "idle"));
            output.WriteLine($"{IdleCount} idle databases: {managed:F0} kB managed, {resident:F0} kB resident each");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(TextWriter output, string folder)
    {
        var (theirFolder, ourFolder) = (Path.Combine(folder, "theirs"), Path.Combine(folder, "ours"));
        using var theirs = OvsdbPeers.StartDebian(theirFolder);
        using var ours = OvsdbPeers.StartOurs(ourFolder);
        try
        {
            using var their = new OvsdbLoad(OvsdbPeers.SocketOf(theirFolder));
            using var our = new OvsdbLoad(OvsdbPeers.SocketOf(ourFolder));
            output.WriteLine($"{"median (min–max)",-34} {"Fabric/s",26} {"ovsdb-server/s",26} {"ratio",20}");
            // A runtime that compiles while it runs is not measured while it compiles.
            for (var i = 0; i < 3; i++) our.Run(OvsdbLoad.MaxConnections, Round, our.Set);
            Compare(output, "one column, 1 connection", their, our, load => load.Run(1, Round, load.Counter));
            Compare(output, "one column, 16 connections", their, our, load => load.Run(16, Round, load.Counter));
            Compare(output, "ovs-vsctl set, 1 connection", their, our, load => load.Run(1, Round, load.Set));
            Compare(output, "ovs-vsctl set, 16 connections", their, our, load => load.Run(16, Round, load.Set));
            Compare(output, $"updates to {Sessions} monitors", their, our, load => load.RunMonitors(Sessions, Round));
        }
        finally
        {
            theirs.Kill();
            ours.Kill();
            theirs.WaitForExit();
            ours.WaitForExit();
        }
    }

    private static void Compare(TextWriter output, string title, OvsdbLoad their, OvsdbLoad our, Func<OvsdbLoad, double> run)
    {
        run(our);
        var pairs = Enumerable.Range(0, Pairs).Select(_ => (Their: run(their), Our: run(our))).ToList();
        output.WriteLine(
            $"{title,-34} {Spread(pairs.Select(p => p.Our), "F0"),26} {Spread(pairs.Select(p => p.Their), "F0"),26} "
            + $"{Spread(pairs.Select(p => p.Our / p.Their), "F2"),20}");
        output.Flush();
    }

    private static string Spread(IEnumerable<double> values, string format)
    {
        var sorted = values.Order().ToList();
        return $"{sorted[Pairs / 2].ToString(format)} ({sorted[0].ToString(format)}–{sorted[^1].ToString(format)})";
    }
}
