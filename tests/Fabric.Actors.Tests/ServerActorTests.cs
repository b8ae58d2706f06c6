using Akka.Actor;
using Fabric.Actors.Protocol;
using Fabric.Topology;

namespace Fabric.Actors.Tests;

public sealed class ServerActorTests : FabricRig
{
    [Fact]
    public void Two_servers_carry_pings_within_and_across_and_lose_no_frame()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        AssertPings("a-1", "10.1.0.3");
        AssertPings("b-2", "10.1.0.1");
        AssertPings("b-1", "fd00:6::2");
        var tiers = Inspect("server-1").Tiers;
        Assert.True(tiers.Agent > 0 && tiers.L2 > 0 && tiers.L1 > 0, tiers.ToString());
        AssertConserved();
    }

    [Fact]
    public void A_server_that_offloads_nothing_pings_as_well()
    {
        StartBoth(OffloadMode.Off);
        AssertPings("a-1", "10.1.0.2");
        AssertPings("a-1", "10.1.0.3");
        var state = Inspect("server-1");
        Assert.Equal((0L, 0L, 0), (state.Tiers.L1, state.Tiers.L2, state.FlowsOffloaded));
        Assert.True(state.Tiers.L3 > 0);
        AssertConserved();
    }

    [Fact]
    public void A_server_with_its_datapath_in_the_agents_process_pings_and_loses_its_flows_with_the_agent()
    {
        StartBoth(datapath: DatapathKind.Userspace);
        AssertPings("a-1", "10.1.0.2");
        AssertPings("a-1", "10.1.0.3");
        var before = Inspect("server-1");
        Assert.True(before.FlowsOffloaded > 0 && before.Tiers.L1 > 0, before.Tiers.ToString());
        Break("server-1", "agent");
        Advance(100);
        Assert.Equal(0, Inspect("server-1").FlowsL3);
        AssertPings("a-1", "10.1.0.3");
        AssertConserved();
    }

    [Fact]
    public void A_server_that_pushes_its_rules_before_answers_pings_over_the_overlay_without_an_upcall()
    {
        StartBoth(OffloadMode.Explicit);
        Advance(1_500);
        var before = Inspect("server-1").Tiers;
        AssertPings("a-1", "10.1.0.2");
        AssertPings("a-1", "10.1.0.3");
        AssertPings("b-1", "fd00:6::2");
        var after = Inspect("server-1").Tiers;
        Assert.Equal((before.Agent, before.L3), (after.Agent, after.L3));
        Assert.True(after.L1 + after.L2 > before.L1 + before.L2, after.ToString());
        Advance(2_000);
        Assert.Contains(Flows("server-1", "openflow").Flows, rule => rule.Packets > 0);
        AssertConserved();
    }

    [Fact]
    public void What_was_pushed_comes_back_after_a_failure_of_any_part()
    {
        StartBoth(OffloadMode.Explicit);
        Advance(1_500);
        foreach (var part in new[] { "nic", "kernel", "agent" })
        {
            Break("server-1", part);
            Advance(2_500);
            AssertPings("a-1", "10.1.0.2");
            var before = Inspect("server-1").Tiers;
            AssertPings("a-1", "10.1.0.3");
            Assert.Equal(before.Agent, Inspect("server-1").Tiers.Agent);
        }

        AssertConserved();
    }

    [Fact]
    public void Without_a_plan_it_asks_for_one_and_again_when_probed()
    {
        var server = Sys.ActorOf(ServerActor.Props("server-1", Node));
        Assert.Equal("server-1", Controller.ExpectMsg<NeedPlan>().Server);
        server.Tell(new ProbeServer(1));
        Controller.ExpectMsg<NeedPlan>();
        server.Tell(new InspectServer(), TestActor);
        Assert.Equal(RequestFailure.Unavailable, ExpectMsg<RequestRefused>().Failure);

        server.Tell(new EnsureServer(Plans.Of(Topology, "server-1", epoch: 5)));
        server.Tell(new ProbeServer(5));
        Controller.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        server.Tell(new ProbeServer(6));
        Controller.ExpectMsg<NeedPlan>();
    }

    [Fact]
    public void A_lower_epoch_is_ignored_an_equal_one_answered_and_a_higher_one_with_another_NIC_rebuilds()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        var before = Inspect("server-1").Tiers.Total;
        Directory.ReceiveWhile<object>(m => m, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(20));

        Servers["server-1"].Tell(new EnsureServer(Plans.Of(Topology, "server-1", epoch: 0)));
        Directory.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Servers["server-1"].Tell(new EnsureServer(Plans.Of(Topology, "server-1", epoch: 1)));
        var again = Directory.ExpectMsg<Placement>();
        Assert.Equal((1L, true), (again.Epoch, again.Ready));

        Servers["server-1"].Tell(new EnsureServer(WithRules(2)));
        AwaitReady("server-1", 2);
        Assert.True(Inspect("server-1").Tiers.Total < before, "the counters are those of a new life");
        var anew = (Placement)Directory.FishForMessage(m => m is Placement { Epoch: 2, Ready: true });
        Assert.True(anew.Version > again.Version);
        AssertPings("a-1", "10.1.0.2");
        AssertConserved();
    }

    [Fact]
    public void A_later_life_under_the_same_plan_publishes_higher_versions()
    {
        var first = Sys.ActorOf(ServerActor.Props("server-1", Node));
        first.Tell(new EnsureServer(Plans.Of(Topology, "server-1")));
        var before = (Placement)Directory.FishForMessage(m => m is Placement { Ready: true });
        first.Tell(PoisonPill.Instance);
        Clock.Add(1_000);
        Sys.ActorOf(ServerActor.Props("server-1", Node)).Tell(new EnsureServer(Plans.Of(Topology, "server-1")));
        Assert.True(Directory.ExpectMsg<Placement>().Version > before.Version);
    }

    [Fact]
    public void Rebuilding_under_load_loses_no_frame_buffer()
    {
        StartBoth();
        for (var epoch = 2; epoch < 8; epoch++)
        {
            BeginPing("a-1", "10.1.0.2", 1_000, 1);
            BeginPing("b-2", "10.1.0.1", 1_000, 1);
            Advance(20);
            Servers["server-1"].Tell(new EnsureServer(WithRules(epoch)));
            AwaitReady("server-1", epoch);
            Advance(3_000);
            ReceiveN(1);
        }

        AssertPings("a-1", "10.1.0.2");
        AssertConserved();
    }

    /// <summary>Another NIC each time.</summary>
    private ServerPlan WithRules(int epoch)
    {
        var plan = Plans.Of(Topology, "server-1", epoch);
        return plan with { Nic = plan.Nic with { Rules = plan.Nic.Rules - epoch } };
    }

    [Fact]
    public void A_VTEP_address_in_use_is_told_and_tried_again()
    {
        Underlay.Taken.Add("127.64.0.1");
        var server = Sys.ActorOf(ServerActor.Props("server-1", Node));
        server.Tell(new EnsureServer(Plans.Of(Topology, "server-1")));
        var refused = (Placement)Directory.FishForMessage(m => m is Placement { Failure: not null });
        Assert.Equal("VTEP address 127.64.0.1 UDP port 4789 cannot be opened: another process has it", refused.Failure);
        Assert.False(refused.Ready);

        server.Tell(new ProbeServer(1));
        Directory.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Underlay.Taken.Clear();
        server.Tell(new ProbeServer(1));
        Assert.Null(((Placement)Directory.FishForMessage(m => m is Placement { Ready: true })).Failure);
    }

    [Fact]
    public void StopServer_ends_it_unless_its_plan_is_newer()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        BeginPing("a-1", "10.1.0.2", 100);
        Advance(50);
        var watcher = CreateTestProbe();
        watcher.Watch(Servers["server-1"]);
        Servers["server-1"].Tell(new StopServer(0));
        watcher.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Servers["server-1"].Tell(new StopServer(2));
        watcher.ExpectTerminated(Servers["server-1"]);
        Assert.Equal("server-1", ((ServerGone)Directory.FishForMessage(m => m is ServerGone)).Server);
        AwaitAssert(() => Assert.Equal(1, Underlay.OpenNow));
        Servers.Remove("server-1");
        AssertConserved();
    }

    [Fact]
    public void A_part_that_fails_again_and_again_takes_the_whole_server_down_to_a_new_start()
    {
        StartBoth();
        Controller.ReceiveWhile<object>(m => m, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(20));
        for (var i = 0; i < 11; i++) Break("server-1", "nic");
        Assert.Equal("server-1", Controller.ExpectMsg<NeedPlan>().Server);
        Servers["server-1"].Tell(new EnsureServer(Plans.Of(Topology, "server-1")));
        AwaitReady("server-1", 1);
        AssertPings("a-1", "10.1.0.2");
        AssertConserved();
    }

    [Fact]
    public void Spoofed_sources_are_dropped_and_unknown_requests_refused()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        foreach (var flow in new[] { "icmp,dl_src=02:00:00:00:00:99,nw_dst=10.1.0.2", "icmp,nw_src=10.1.0.77,nw_dst=10.1.0.2" })
        {
            Node.Tracer.TryBegin(0x100);
            Servers["server-1"].Tell(new SendTraced("a-1", flow, 0x100), TestActor);
            ExpectMsg<TracedSent>();
            Advance(100);
            var steps = Node.Tracer.Collect(0x100, end: true);
            Assert.DoesNotContain(steps, s => s.What == TraceWords.Delivered);
            Assert.DoesNotContain(steps, s => s.Server == "server-2");
        }

        Servers["server-1"].Tell(new SendTraced("a-1", "no flow at all", 0x200), TestActor);
        Assert.Equal(RequestFailure.Invalid, ExpectMsg<RequestRefused>().Failure);
        Servers["server-1"].Tell(new SendTraced("nobody", "icmp", 0x200), TestActor);
        Assert.Equal(RequestFailure.Unavailable, ExpectMsg<RequestRefused>().Failure);
        BeginPing("a-1", "not an address", 1);
        Assert.Equal(RequestFailure.Invalid, ExpectMsg<RequestRefused>().Failure);
        AssertConserved();
    }
}
