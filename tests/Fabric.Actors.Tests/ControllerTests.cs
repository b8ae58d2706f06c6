using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Fabric.Actors.Protocol;
using Fabric.Topology;
using Deploy = Fabric.Actors.Protocol.Deploy;

namespace Fabric.Actors.Tests;

/// <summary>The controller with a journal in memory; its shard region is a probe.</summary>
public sealed class ControllerTests : TestKit
{
    private readonly TestProbe _region;
    private IActorRef _controller;

    public ControllerTests()
        : base(
            """
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
            """)
    {
        _region = CreateTestProbe();
        _controller = Start();
    }

    private TestScheduler Time => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void A_deployment_is_recorded_and_every_server_gets_its_plan()
    {
        Assert.Equal(1, Deployed(Plans.TwoServers).Epoch);
        var plans = _region.ReceiveN(2).Cast<ServerEnvelope>().Select(e => ((EnsureServer)e.Message).Plan).ToList();
        Assert.Equal(["server-1", "server-2"], plans.Select(p => p.Name));
        Assert.All(plans, p => Assert.Equal(1, p.Epoch));
        Assert.Equal(new FabricSummary("two", 1, 2, 5), Ask<FabricSummary>(new GetSummary()));
        Assert.Equal(1, Ask<TopologyReply>(new GetTopology()).Epoch);
    }

    [Fact]
    public void The_same_topology_again_is_no_new_event()
    {
        Deployed(Plans.TwoServers);
        _region.ReceiveN(2);
        Assert.Equal(1, Deployed(Plans.TwoServers).Epoch);
        _region.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Assert.Equal(2, Deployed(Plans.TwoServers.Replace("5000", "5001", StringComparison.Ordinal)).Epoch);
    }

    [Fact]
    public void Another_name_is_refused_unless_it_is_said_to_replace()
    {
        Deployed(Plans.TwoServers);
        _region.ReceiveN(2);
        var other = Json(Plans.Quickstart);
        _controller.Tell(new Deploy(new DeployRequest(other, Fresh: false)), TestActor);
        var refused = ExpectMsg<RequestRefused>();
        Assert.Equal(RequestFailure.Conflict, refused.Failure);
        Assert.Contains("'two'", refused.Reason);
        _controller.Tell(new Deploy(new DeployRequest(other, Fresh: true)), TestActor);
        Assert.Equal(new Deployed("quickstart", 2), ExpectMsg<Deployed>());
    }

    [Fact]
    public void A_server_that_left_is_stopped_and_one_that_nobody_declared_too()
    {
        Deployed(Plans.TwoServers);
        _region.ReceiveN(2);
        Deployed("name: two\nnics: {agilio: {vfs: 8}}\nservers: [{name: server-2, nic: agilio}]");
        var stop = _region.ExpectMsg<ServerEnvelope>();
        Assert.Equal(("server-1", new StopServer(2)), (stop.Server, (StopServer)stop.Message));
        Assert.Equal("server-2", _region.ExpectMsg<ServerEnvelope>().Server);
        _controller.Tell(new NeedPlan("server-1"));
        Assert.Equal(new StopServer(2), _region.ExpectMsg<ServerEnvelope>().Message);
        _controller.Tell(new NeedPlan("server-2"));
        Assert.Equal(2, ((EnsureServer)_region.ExpectMsg<ServerEnvelope>().Message).Plan.Epoch);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"name\":7}")]
    public void What_is_no_topology_is_refused_and_harms_nothing(string json)
    {
        _controller.Tell(new Deploy(new DeployRequest(json, false)), TestActor);
        Assert.Equal(RequestFailure.Invalid, ExpectMsg<RequestRefused>().Failure);
        Assert.Equal(1, Deployed(Plans.TwoServers).Epoch);
    }

    [Fact]
    public void After_a_restart_the_journal_is_replayed_and_the_plans_are_sent_again()
    {
        Deployed(Plans.TwoServers);
        _region.ReceiveN(2);
        Watch(_controller);
        _controller.Tell(PoisonPill.Instance);
        ExpectTerminated(_controller);
        _controller = Start();
        Assert.Equal(2, _region.ReceiveN(2).Count);
        Assert.Equal(new FabricSummary("two", 1, 2, 5), Ask<FabricSummary>(new GetSummary()));
    }

    [Fact]
    public void Every_second_each_server_is_probed_with_the_epoch()
    {
        Deployed(Plans.TwoServers);
        _region.ReceiveN(2);
        for (var second = 0; second < 3; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Assert.All(_region.ReceiveN(2), m => Assert.Equal(new ProbeServer(1), ((ServerEnvelope)m).Message));
        }
    }

    [Fact]
    public void VMs_are_found_by_name()
    {
        Deployed(Plans.TwoServers);
        var vm = Ask<VmLocation>(new FindVm("b-2"));
        Assert.Equal(("server-2", "green", "10.1.0.2 fd00:6::2"), (vm.Server, vm.Overlay, string.Join(' ', vm.Addresses)));
        Assert.Equal(RequestFailure.NotFound, Ask<RequestRefused>(new FindVm("nobody")).Failure);
    }

    private static string Json(string yaml) => TopologyJson.Write(Plans.Load(yaml));

    private IActorRef Start() => Sys.ActorOf(FabricController.Props(_region));

    private Deployed Deployed(string yaml)
    {
        _controller.Tell(new Deploy(new DeployRequest(Json(yaml), Fresh: false)), TestActor);
        return ExpectMsg<Deployed>();
    }

    private T Ask<T>(object message)
    {
        _controller.Tell(message, TestActor);
        return ExpectMsg<T>();
    }
}
