using Akka.Actor;
using Fabric.Actors;
using Fabric.Guest;
using Fabric.Wire;

namespace Fabric.Bench.Server;

/// <summary>P4: from VM to VM on one server, through every actor.</summary>
internal sealed class LocalBenchmark : IBenchmark
{
    /// <summary>Less than any queue on the way holds, so that nothing drops.</summary>
    private const int Window = 1_536;

    private const string Yaml =
        """
        name: bench-local
        underlay: {subnet: 127.66.0.0/16}
        servers: [{name: server-1, rack: a}]
        overlays: [{name: blue, type: vxlan, vni: 5000, subnet: 10.1.0.0/24}]
        vms: [{name: "web-{1..2}", overlay: blue, server: server-1}]
        """;

    public string Name => "vm-vm";

    public string Purpose => "P4: VM to VM on one server, through every actor, 60 B frames";

    public void Run(TextWriter output)
    {
        using var servers = new BenchServers();
        servers.Start(BenchServers.Topology(Yaml), "server-1");
        var (source, sink) = (servers.Vm("server-1", "web-1"), servers.Vm("server-1", "web-2"));
        servers.Ping(source, "web-1", "10.1.0.2");
        foreach (var (flows, run) in new[] { (1, 1u), (1_000, 2u) })
        {
            var load = new TrafficOptions
            {
                Destination = IpAddress.Parse("10.1.0.2"),
                DestinationPort = (ushort)(9_000 + run),
                FlowCount = flows,
                RunId = run,
            };
            var checker = sink.Ask<SinkStarted>(new StartSink(load, source)).GetAwaiter().GetResult().Checker;
            LoadRun.Measure(output, $"vm-vm, {flows} flow{(flows == 1 ? "" : "s")}", source, load, () => checker.Received, Window);
            Invariant.Check(checker.Corrupted + checker.Misdelivered + checker.Reordered == 0, "every datagram arrived whole and in order");
        }
    }
}
