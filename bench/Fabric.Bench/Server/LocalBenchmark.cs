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

    public void Run(BenchRun run)
    {
        using var servers = new BenchServers();
        servers.Start(BenchServers.Topology(Yaml), "server-1");
        var (source, sink) = (servers.Vm("server-1", "web-1"), servers.Vm("server-1", "web-2"));
        servers.Ping(source, "web-1", "10.1.0.2");
        foreach (var (flows, id) in ((int, uint)[])[(1, 1), (1_000, 2)])
        {
            var load = new TrafficOptions
            {
                Destination = IpAddress.Parse("10.1.0.2"),
                DestinationPort = (ushort)(9_000 + id),
                FlowCount = flows,
                RunId = id,
            };
            var checker = sink.Ask<SinkStarted>(new StartSink(load, source)).GetAwaiter().GetResult().Checker;
            LoadRun.Measure(
                run, new BenchCase($"{flows} flow{(flows == 1 ? "" : "s")}", "kpps", Targets.P4), source, load,
                () => checker.Received, Window, VethSwitch.Peer(flows));
            Invariant.Check(checker.Corrupted + checker.Misdelivered + checker.Reordered == 0, "every datagram arrived whole and in order");
        }
    }
}
