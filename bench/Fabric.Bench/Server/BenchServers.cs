using Akka.Actor;
using Akka.Configuration;
using Fabric.Actors;
using Fabric.Actors.Protocol;
using Fabric.Topology;
using Fabric.Wire;

namespace Fabric.Bench.Server;

/// <summary>Whole servers with all their actors and sockets in this process, without a cluster around them.</summary>
internal sealed class BenchServers : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system;
    private readonly NodeServices _node;

    /// <param name="dataFolder">For the servers' sockets and databases; null for neither.</param>
    public BenchServers(string? dataFolder = null)
    {
        _system = ActorSystem.Create("bench", ConfigurationFactory.ParseString(
            "akka { loglevel = WARNING, fabric-frames { type = Dispatcher, throughput = 1000 } }"));
        var ready = _system.ActorOf(Props.Create(() => new ReadyWatch(Ready)), "directory");
        _node = NodeServices.Start(_system, "bench", ready, dataFolder: dataFolder);
    }

    public FramePool Pool => _node.Pool;

    public UnderlayPorts Underlay => _node.UnderlayPorts;

    private TaskCompletionSource<string> Next { get; set; } = new();

    public static FabricTopology Topology(string yaml) =>
        TopologyFile.TryLoad(yaml, "bench", out var topology, out var errors)
            ? topology
            : throw new InvalidOperationException(string.Join('\n', errors));

    /// <summary>Starts one server of a topology and waits until its VMs run.</summary>
    public IActorRef Start(FabricTopology topology, string server)
    {
        Next = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = _system.ActorOf(ServerActor.Props(server, _node), server);
        actor.Tell(new EnsureServer(ServerPlanner.Plan(topology, topology.FindServer(server)!, 1)));
        if (!Next.Task.Wait(Patience)) throw new InvalidOperationException($"{server} did not become ready");
        return actor;
    }

    public IActorRef Vm(string server, string vm) => Part(server, $"vm-{vm}");

    /// <summary>An actor below a server's.</summary>
    public IActorRef Part(string server, string name) =>
        _system.ActorSelection($"/user/{server}/{name}").ResolveOne(Patience).GetAwaiter().GetResult();

    public PingReply Ping(IActorRef vm, string name, string destination) =>
        vm.Ask<PingReply>(new RunPing(name, destination, 5, 56, 20, 2_000, 0, 0, false), Patience).GetAwaiter().GetResult();

    public ServerReport Inspect(IActorRef server) => server.Ask<ServerReport>(new InspectServer(), Patience).GetAwaiter().GetResult();

    public void Dispose()
    {
        _system.Terminate().Wait(Patience);
        _system.Dispose();
    }

    private void Ready(Placement placement)
    {
        if (placement.Ready) Next.TrySetResult(placement.Server);
    }

    private sealed class ReadyWatch : ReceiveActor
    {
        public ReadyWatch(Action<Placement> ready) => Receive<Placement>(ready);
    }
}
