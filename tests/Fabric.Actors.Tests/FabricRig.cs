using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Fabric.Actors.Protocol;
using Fabric.Topology;
using Fabric.Wire;

namespace Fabric.Actors.Tests;

/// <summary>
/// Whole servers in one actor system, joined by an underlay in memory, on virtual time. All actors run on the thread of the test, so when
/// a call returns, everything that can happen at this instant has happened.
/// </summary>
public abstract class FabricRig : TestKit
{
    private static readonly Config OnThisThread = ConfigurationFactory.ParseString(
        """
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          log-dead-letters = off
          scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
          # A machine with other work may be slow; waits that fail are rare, so a long one costs nothing.
          test { single-expect-default = 30s, default-timeout = 30s }
          actor.default-dispatcher.type = "Akka.TestKit.CallingThreadDispatcherConfigurator, Akka.TestKit"
          fabric-frames.type = "Akka.TestKit.CallingThreadDispatcherConfigurator, Akka.TestKit"
          fabric-agents.type = "Akka.TestKit.CallingThreadDispatcherConfigurator, Akka.TestKit"
        }
        """);

    /// <param name="topology">Of servers named as those of <see cref="Plans.TwoServers"/>.</param>
    private protected FabricRig(string topology = Plans.TwoServers)
        : base(OnThisThread)
    {
        Topology = Plans.Load(topology);
        Directory = CreateTestProbe("directory-probe");
        Controller = CreateTestProbe("controller-probe");
        Node = NodeServices.Start(
            Sys, "akka://rig", Directory, Clock, Pool, (pool, receiver) => Underlay = new MemoryUnderlay(pool, receiver));
        Node.Controller = Controller;
        AwaitCondition(() => Underlay is not null);
    }

    private protected VirtualClock Clock { get; } = new();

    private protected FramePool Pool { get; } = new(20_000);

    private protected MemoryUnderlay Underlay { get; private set; } = null!;

    protected NodeServices Node { get; }

    protected TestProbe Directory { get; }

    protected TestProbe Controller { get; }

    private protected FabricTopology Topology { get; }

    private protected Dictionary<string, IActorRef> Servers { get; } = [];

    private protected void StartBoth(
        OffloadMode offload = OffloadMode.Transparent, DatapathKind datapath = DatapathKind.Kernel)
    {
        foreach (var name in new[] { "server-1", "server-2" })
        {
            Servers[name] = Sys.ActorOf(ServerActor.Props(name, Node), name);
            Servers[name].Tell(new EnsureServer(Plans.Of(Topology, name) with { Offload = offload, Datapath = datapath }), TestActor);
        }

        AwaitReady("server-1", 1);
        AwaitReady("server-2", 1);
    }

    /// <summary>Waits, without virtual time, until the server has all it needs.</summary>
    private protected void AwaitReady(string server, long epoch) => AwaitAssert(() =>
    {
        var report = Inspect(server);
        Assert.Equal(("ready", epoch), (report.State, report.Epoch));
    });

    private protected void Advance(long ms)
    {
        for (var i = 0; i < ms; i++)
        {
            Clock.Add(1);
            ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>Lets virtual time pass until an answer is there.</summary>
    private protected T Await<T>(int atMostMs = 20_000)
    {
        for (var i = 0; i < atMostMs && !HasMessages; i++) Advance(1);
        return ExpectMsg<T>();
    }

    private protected void BeginPing(string vm, string destination, int count, int intervalMs = 10, uint traceId = 0,
        bool forget = false) =>
        Servers[Topology.FindVm(vm)!.Server].Tell(
            new RunPing(vm, destination, count, 56, intervalMs, 1_000, 0, traceId, forget), TestActor);

    private protected PingReply Ping(string vm, string destination, int count = 1, uint traceId = 0, bool forget = false)
    {
        BeginPing(vm, destination, count, 10, traceId, forget);
        return Await<PingReply>();
    }

    private protected void AssertPings(string vm, string destination, int count = 3)
    {
        var reply = Ping(vm, destination, count);
        Assert.Equal((count, count, 0), (reply.Sent, reply.Received, reply.Foreign));
    }

    private protected ServerReport Report(string server)
    {
        var asker = CreateTestProbe();
        Servers[server].Tell(new InspectServer(), asker);
        return asker.ExpectMsg<ServerReport>();
    }

    private protected ServerState Inspect(string server) => Report(server).Server;

    private protected FlowsReply Flows(string server, string? tier = null, string? type = null)
    {
        var asker = CreateTestProbe();
        Servers[server].Tell(new GetFlows(new FlowsRequest(server, tier, type)), asker);
        for (var i = 0; i < 100 && !asker.HasMessages; i++) Advance(1);
        return asker.ExpectMsg<FlowsReply>();
    }

    /// <summary>A failure in this part, after which its supervisor restarts it.</summary>
    private protected void Break(string server, string part) => Sys.ActorSelection(Servers[server].Path / part).Tell(Kill.Instance);

    /// <summary>Property of the whole: when nothing moves any more, every frame has ended by one door, and none is held.</summary>
    private protected void AssertConserved()
    {
        Advance(3_000);
        foreach (var server in Servers.Keys) Assert.Equal(0, Inspect(server).Imbalance);
        Assert.Equal(0, Pool.Outstanding);
    }
}
