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

    [Fact]
    public void A_change_of_VFs_is_recorded_sent_to_its_server_alone_and_lasts_until_another_topology_is_declared()
    {
        Deployed(Plans.TwoServers);
        _region.ReceiveN(2);
        Assert.Equal(new VfsChanged("server-1", 1, 1), Changed(new VfChange("server-1", Destroy: new VfDestroy(["vf1"]))));
        Assert.Equal(new VfsChanged("server-1", 1, 2), Changed(new VfChange("server-1", Set: new VfSet(
            "vf0", Vlan: 7, Mac: "02:00:00:00:00:09"))));
        Assert.Equal(new VfsChanged("server-1", 1, 3), Changed(new VfChange("server-1", Eswitch: "legacy")));
        _region.ReceiveN(3);
        Watch(_controller);
        _controller.Tell(PoisonPill.Instance);
        ExpectTerminated(_controller);
        _controller = Start();
        var plans = _region.ReceiveN(2).Select(message => ((EnsureServer)((ServerEnvelope)message).Message).Plan.Functions).ToList();
        Assert.Equal((3L, true, "1"), (plans[0].Revision, plans[0].IsLegacy, string.Join(' ', plans[0].Destroyed)));
        Assert.Equal((7, "02:00:00:00:00:09"), (plans[0].Functions[0].Spec.Vlan, plans[0].Functions[0].Mac));
        Assert.Equal((0L, false), (plans[1].Revision, plans[1].IsLegacy));
        Deployed(Plans.TwoServers.Replace("5000", "5001", StringComparison.Ordinal));
        var anew = ((EnsureServer)_region.ExpectMsg<ServerEnvelope>().Message).Plan.Functions;
        Assert.Equal((0L, false, 0), (anew.Revision, anew.IsLegacy, anew.Destroyed.Count));
    }

    [Fact]
    public void What_cannot_be_done_to_VFs_is_refused_with_the_reason()
    {
        Assert.Equal(RequestFailure.Conflict, Ask<RequestRefused>(new ChangeVfs(new VfChange("server-1", Eswitch: "legacy"))).Failure);
        Deployed(Plans.TwoServers);
        foreach (var (change, failure, reason) in new (VfChange, RequestFailure, string)[]
        {
            (new("server-9", Eswitch: "legacy"), RequestFailure.NotFound, "there is no server 'server-9'"),
            (new("server-1"), RequestFailure.Invalid, "a change is one of set, create, destroy, move and eswitch"),
            (new("server-1", Eswitch: "veb"), RequestFailure.Invalid, "'veb' is not an eswitch mode (switchdev, legacy)"),
            (new("server-1", Set: new VfSet("vf8", Trust: true)), RequestFailure.NotFound,
                "the NIC of server-1 has no 'vf8'; it has vf0 to vf7"),
            (new("server-1", Set: new VfSet("vf0", Vlan: 4_095)), RequestFailure.Invalid, "vlan 4095 is not between 0 and 4094"),
            (new("server-1", Set: new VfSet("vf0", MinRateBps: 2, MaxRateBps: 1)), RequestFailure.Invalid, "minRate is above maxRate"),
            (new("server-1", Set: new VfSet("vf0", MinRateBps: 26_000_000_000)), RequestFailure.Invalid,
                "the VFs of server-1 would be promised 26000M, more than its port's 25000M"),
            (new("server-1", Set: new VfSet("vf0", Link: "up")), RequestFailure.Invalid,
                "'up' is not a link state (auto, enable, disable)"),
            (new("server-1", Set: new VfSet("vf0", Mac: "01:00:00:00:00:01")), RequestFailure.Invalid,
                "'01:00:00:00:00:01' is not the MAC address of a machine such as 02:fa:b0:00:00:01"),
            (new("server-1", Create: new VfCreate("vf0")), RequestFailure.Conflict, "vf0 of server-1 exists already"),
            (new("server-1", Create: new VfCreate(Count: 9)), RequestFailure.Invalid, "the NIC of server-1 has 1 to 8 VFs, not 9"),
            (new("server-1", Create: new VfCreate()), RequestFailure.Invalid, "give either a VF or a count"),
            (new("server-1", Destroy: new VfDestroy([])), RequestFailure.Invalid, "give VFs, or all"),
            (new("server-1", Move: new VfMove("vf0", "nobody")), RequestFailure.NotFound, "there is no VM 'nobody'"),
            (new("server-1", Move: new VfMove("vf0", "a-2")), RequestFailure.Conflict,
                "a-2 runs on server-2: a VF is moved between VMs of one server"),
            (new("server-1", Move: new VfMove("vf0", "a-1")), RequestFailure.Conflict, "a-1 has vf0 already"),
        }) Assert.Equal(new RequestRefused(failure, reason), Ask<RequestRefused>(new ChangeVfs(change)));
        Changed(new VfChange("server-1", Destroy: new VfDestroy([], All: true)));
        Assert.Equal("vf0 of server-1 does not exist; make it with vf create",
            Ask<RequestRefused>(new ChangeVfs(new VfChange("server-1", Set: new VfSet("vf0", Trust: true)))).Reason);
    }

    private VfsChanged Changed(VfChange change) => Ask<VfsChanged>(new ChangeVfs(change));

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
