using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Fabric.Actors;
using Fabric.Guest;
using Fabric.Topology;
using Fabric.Wire;

namespace Fabric.Bench.Server;

/// <summary>
/// P5: from VM to VM on two servers in two processes, over real VXLAN. The receiving process is this program started again.
/// </summary>
internal sealed class WireBenchmark : IBenchmark
{
    /// <summary>The receiving process.</summary>
    public const string SinkPart = "vm-wire-sink";

    /// <summary>Less than a socket's receive queue holds in small packets.</summary>
    private const int Window = 4_096;

    private const string Yaml =
        """
        name: bench-wire
        underlay: {subnet: 127.67.0.0/16}
        servers: [{name: "server-{1..2}", rack: a}]
        overlays: [{name: blue, type: vxlan, vni: 5000, subnet: 10.1.0.0/24}]
        vms: [{name: web-1, overlay: blue, server: server-1}, {name: web-2, overlay: blue, server: server-2}]
        """;

    private static readonly (int Flows, uint Run)[] Loads = [(1, 1), (1_000, 2)];

    public string Name => "vm-wire";

    public string Purpose => "P5: VM to VM on two servers in two processes, real VXLAN over UDP, 60 B inner frames";

    /// <summary>
    /// The receiving process: tells the datagrams received, a number per run, whenever a line comes in; ends with its input.
    /// </summary>
    public static void RunSink(TextWriter output)
    {
        using var servers = new BenchServers();
        servers.Start(BenchServers.Topology(Yaml), "server-2");
        var sink = servers.Vm("server-2", "web-2");
        var checkers = Loads
            .Select(l => sink.Ask<SinkStarted>(new StartSink(Load(l.Flows, l.Run), null)).GetAwaiter().GetResult().Checker)
            .ToList();
        output.WriteLine("ready");
        output.Flush();
        while (Console.ReadLine() is not null)
        {
            output.WriteLine(string.Join(' ', checkers.Select(c => c.Received.ToString(CultureInfo.InvariantCulture))));
            output.Flush();
        }
    }

    public void Run(BenchRun run)
    {
        using var child = StartSink();
        using var servers = new BenchServers();
        servers.Start(BenchServers.Topology(Yaml), "server-1");
        var source = servers.Vm("server-1", "web-1");
        var reply = servers.Ping(source, "web-1", "10.1.0.2");
        Invariant.Check(reply.Received > 0, "the two processes reach each other");
        for (var i = 0; i < Loads.Length; i++)
        {
            var (index, flows) = (i, Loads[i].Flows);
            var what = new BenchCase($"{flows} flow{(flows == 1 ? "" : "s")}", "kpps", flows == 1 ? Targets.P5Grouped : Targets.P5);
            using var counts = new SinkCounts(child, index, () => source.Tell(LoadCredit.Instance));
            LoadRun.Measure(run, what, source, Load(flows, Loads[i].Run), () => counts.Received, Window);
        }

        var counters = servers.Underlay.Counters;
        var segmented = 100.0 * counters.SegmentedDatagrams / Math.Max(1, counters.Sent.Out);
        run.Add(new BenchCase("segmented by the kernel", "%"), [segmented]);
        var dropped = 100.0 * counters.Sent.Drops.Total / Math.Max(1, counters.Sent.Out);
        run.Add(new BenchCase("dropped at the sockets", "%", MoreIsBetter: false), [dropped]);
        child.StandardInput.Close();
        child.WaitForExit();
    }

    private static TrafficOptions Load(int flows, uint run) => new()
    {
        Destination = IpAddress.Parse("10.1.0.2"),
        DestinationPort = (ushort)(9_000 + run),
        FlowCount = flows,
        RunId = run,
    };

    private static Process StartSink()
    {
        var child = BenchParts.Start(SinkPart);
        Invariant.Check(child.StandardOutput.ReadLine() == "ready", "the receiving process starts");
        return child;
    }
}
