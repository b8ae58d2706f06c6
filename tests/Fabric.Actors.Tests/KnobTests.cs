using Akka.Event;
using Fabric.Actors.Protocol;
using Fabric.Actors.Tests.OpenFlow;

namespace Fabric.Actors.Tests;

/// <summary>What an operator sets of the whole switch, in <c>other_config</c> of Open_vSwitch, acts while it runs.</summary>
public sealed class KnobTests : DatabaseRig
{
    private const string Cookie = "cookie=0x77,";

    /// <summary>How exactly credits are seen: time passes while flows are listed.</summary>
    private const int StepMs = 10;

    [Theory]
    [InlineData("", 500)]
    [InlineData("""["max-revalidator","100"]""", 100)]
    [InlineData("""["max-revalidator","3000"]""", 3_000)]
    [InlineData("""["max-revalidator","3000"],["max-idle","1500"]""", 1_500)]
    [InlineData("""["max-revalidator","99"]""", 500)]
    public void Sweeps_come_as_often_as_the_database_says(string knobs, int intervalMs)
    {
        StartBoth();
        AddRule("10.1.0.3");
        Set(knobs);
        AssertPings("a-1", "10.1.0.3");
        AwaitCredit(3);
        // A sweep has just been.
        var sweptMs = Clock.NowMs;
        AssertPings("a-1", "10.1.0.3");
        AwaitCredit(6);
        Assert.InRange(Clock.NowMs - sweptMs, intervalMs - 3 * StepMs, intervalMs + 3 * StepMs);
    }

    [Fact]
    public void A_kernel_datapath_that_restarts_is_told_again_how_long_flows_may_be_idle()
    {
        StartBoth();
        AddRule("10.1.0.3");
        Set("""["max-idle","60000"]""");
        AssertPings("a-1", "10.1.0.3");
        Break("server-1", "kernel");
        AssertPings("a-1", "10.1.0.3");
        Advance(20_000);
        Assert.Single(Flows("server-1", "l3").Flows, IsEcho);
        Set("""["max-idle","2000"]""");
        Advance(100);
        Assert.DoesNotContain(Flows("server-1", "l3").Flows, IsEcho);
        AssertConserved();
    }

    [Fact]
    public void A_database_that_says_no_to_offload_keeps_all_flows_on_the_host_until_it_says_yes()
    {
        StartBoth();
        AddRule("10.1.0.3");
        AssertPings("a-1", "10.1.0.3");
        Assert.True(Inspect("server-1").FlowsOffloaded > 0);
        Set("""["hw-offload","false"]""");
        AssertHostOnly();
        foreach (var part in new[] { "kernel", "agent", "nic" })
        {
            Break("server-1", part);
            Advance(1_100);
            AssertHostOnly();
        }

        Set("");
        Advance(500);
        AssertPings("a-1", "10.1.0.3");
        AssertAllOffloaded();
        AssertConserved();
    }

    [Fact]
    public void A_policy_of_skip_hw_keeps_all_flows_on_the_host_and_an_unknown_one_changes_nothing()
    {
        Sys.EventStream.SetLogLevel(LogLevel.WarningLevel);
        StartBoth();
        AddRule("10.1.0.3");
        AssertPings("a-1", "10.1.0.3");
        Set("""["tc-policy","skip_hw"]""");
        AssertHostOnly("tc-policy is skip_hw");
        var log = CreateTestProbe();
        Sys.EventStream.Subscribe(log.Ref, typeof(Warning));
        Set("""["tc-policy","skip_all"]""");
        Advance(500);
        Set("""["tc-policy","skip_all"],["x","y"]""");
        Advance(500);
        Assert.Single(
            log.ReceiveWhile(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(300), message => (message as Warning)?.ToString() ?? ""),
            text => text.Contains("tc: Invalid policy 'skip_all'", StringComparison.Ordinal));
        Break("server-1", "kernel");
        Advance(1_100);
        AssertHostOnly("tc-policy is skip_hw");
        Set("""["tc-policy","none"]""");
        Advance(500);
        AssertPings("a-1", "10.1.0.3");
        AssertAllOffloaded();
        AssertConserved();
    }

    [Fact]
    public void A_policy_of_skip_sw_leaves_what_the_NIC_took_to_it_and_the_rest_to_the_host()
    {
        StartBoth();
        AddRule("10.1.0.3");
        Set("""["tc-policy","skip_sw"],["offload-rebalance","true"]""");
        AssertPings("a-1", "10.1.0.3", 20);
        AssertPings("a-1", "10.1.0.2", 20);
        Advance(500);
        AssertAllOffloaded();
        var before = Inspect("server-1").Tiers;
        AssertPings("a-1", "10.1.0.2", 20);
        var after = Inspect("server-1").Tiers;
        Assert.Equal((before.L3, before.Agent), (after.L3, after.Agent));
        // A NIC that does not answer executes nothing, and the host does again.
        Sys.ActorSelection(Servers["server-1"].Path / "nic").Tell(new HangNic(true), Akka.Actor.ActorRefs.NoSender);
        Advance(1_500);
        AssertPings("a-1", "10.1.0.2", 20);
        Assert.True(Inspect("server-1").Tiers.L3 >= after.L3 + 20);
        AssertConserved();
    }

    [Theory]
    [InlineData("10.1.0.3")]
    [InlineData("10.1.0.2")]
    public void Packets_and_bytes_of_rule_host_and_NIC_agree_when_traffic_stops(string destination)
    {
        const int count = 40;
        StartBoth();
        AddRule(destination);
        AssertPings("a-1", destination, count);
        Advance(1_500);
        var all = Flows("server-1").Flows;
        var rule = Assert.Single(all, flow => flow.Match.Contains(Cookie, StringComparison.Ordinal));
        Assert.Equal((count, count * 98), (rule.Packets, rule.Bytes));
        // The first packet went up to the agent, which sent it on its way; it is the rule's and no flow's.
        var echo = Assert.Single(all, flow => flow.Tier == "l3" && IsEcho(flow));
        Assert.Equal((rule.Packets - 1, rule.Bytes - 98), (echo.Packets, echo.Bytes));
        foreach (var host in all.Where(flow => flow.Tier == "l3"))
        {
            var nic = Assert.Single(all, flow => flow.Tier == "l2" && flow.Ufid == host.Ufid);
            Assert.Equal((host.Packets, host.Bytes), (nic.Packets, nic.Bytes));
            // Each packet was answered by one tier; those of the exact-match cache count for the flow that it stands for.
            var exact = all.Where(flow => flow.Tier == "l1" && flow.Ufid == host.Ufid).Sum(flow => flow.Hits);
            Assert.Equal(host.Packets, host.Hits + nic.Hits + exact);
        }

        AssertConserved();
    }

    private static bool IsEcho(FlowEntry flow) =>
        flow.Match.Contains("in_port(vf0)", StringComparison.Ordinal) && flow.Match.Contains("proto=1", StringComparison.Ordinal);

    private void AssertAllOffloaded()
    {
        var state = Inspect("server-1");
        Assert.True(state.FlowsL3 > 0);
        Assert.Equal((state.FlowsL3, state.FlowsL3), (state.FlowsL2, state.FlowsOffloaded));
    }

    private void AssertHostOnly(string reason = "offload is off for this server")
    {
        AssertPings("a-1", "10.1.0.3");
        AssertPings("a-1", "10.1.0.2");
        var state = Inspect("server-1");
        Assert.Equal((0, 0), (state.FlowsOffloaded, state.FlowsL2));
        Assert.All(Flows("server-1", "l3").Flows, flow => Assert.Equal(reason, flow.Reason));
        Assert.Single(Flows("server-1", "l3").Flows.Where(IsEcho), flow => flow.Match.Contains("dst=10.1.0.3", StringComparison.Ordinal));
    }

    /// <summary>A rule for the echoes from a-1 to one address, which go the way of all other packets.</summary>
    private void AddRule(string destination) => new RigClient(Node, "server-1", "br-int", CreateTestProbe())
        .Add($"table=0,{Cookie}priority=900,in_port=1,icmp,nw_dst={destination},actions=set_field:5000->metadata,resubmit(,10)");

    private void AwaitCredit(int packets)
    {
        for (var i = 0; i < 1_000; i++)
        {
            var rule = Assert.Single(Flows("server-1", "openflow").Flows, flow => flow.Match.Contains(Cookie, StringComparison.Ordinal));
            if (rule.Packets == packets) return;
            Advance(StepMs);
        }

        Assert.Fail($"no sweep credited the {packets} packets");
    }

    private void Set(string knobs) => Transact("server-1", $$"""
        {"op":"update","table":"Open_vSwitch","where":[],"row":{"other_config":["map",[{{knobs}}]]} }
        """);
}
