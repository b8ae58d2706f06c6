using Akka.Actor;
using Fabric.Actors.Protocol;
using Fabric.Agent;

namespace Fabric.Actors.Tests;

/// <summary>A NIC whose firmware stops: who notices, who forwards meanwhile, and what comes after.</summary>
public sealed class NicSilenceTests : FabricRig
{
    private const string Answers = "NIC answers the host";

    private void Hang(string server, bool isHung) => Sys.ActorSelection(Servers[server].Path / "nic").Tell(new HangNic(isHung));

    private (string Verdict, string Detail) Line(string server, string subject)
    {
        var line = Report(server).Health.Single(l => l.Subject == subject);
        return (line.Verdict, line.Detail);
    }

    /// <summary>What <c>dpctl/dump-flows</c> shows.</summary>
    private IReadOnlyList<DatapathFlowView> Shown(string server)
    {
        Sys.ActorSelection(Servers[server].Path / "kernel").Tell(new GetDatapathView(WithConnections: false), TestActor);
        return Await<DatapathView>().Flows;
    }

    [Fact]
    public void The_host_notices_within_a_second_forwards_itself_and_gives_the_flows_back_afterwards()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2", 5);
        var before = Inspect("server-1");
        Assert.Equal("PASS", Line("server-1", Answers).Verdict);

        Hang("server-1", true);
        BeginPing("a-1", "10.1.0.2", 90);
        Advance(1_000);
        Assert.StartsWith("FAIL", Line("server-1", Answers).Verdict, StringComparison.Ordinal);
        Assert.Equal("FAIL", Line("server-1", "flow processing cores responsive").Verdict);
        Assert.Equal("WARN", Line("server-1", "fallback traffic divert disabled").Verdict);
        Assert.Equal("FAIL", Line("server-1", "overall").Verdict);
        Assert.Equal("PASS", Line("server-2", Answers).Verdict);
        var reply = Await<PingReply>();
        Assert.Equal((90, 90), (reply.Sent, reply.Received));
        var hung = Inspect("server-1");
        Assert.Equal((before.Tiers.L1, before.Tiers.L2, 0), (hung.Tiers.L1, hung.Tiers.L2, hung.FlowsOffloaded));
        Assert.True(hung.Tiers.L3 >= before.Tiers.L3 + 90);

        // What is learned meanwhile works as well, and is not on the NIC.
        AssertPings("b-1", "10.1.0.2", 3);
        AssertPings("a-1", "10.1.0.3", 3);
        var flows = Flows("server-1", "l3").Flows;
        Assert.NotEmpty(flows);
        Assert.All(flows, flow => Assert.Equal(("no", "the NIC does not answer"), (flow.Offloaded, flow.Reason)));
        Assert.NotEmpty(Shown("server-1"));
        Assert.All(Shown("server-1"), flow => Assert.Equal(
            ("ovs", false, "not_offloaded(the NIC does not answer)"), (flow.Layer, flow.IsOffloaded, flow.ExtraInfo)));

        Hang("server-1", false);
        Advance(500);
        Assert.Equal("PASS", Line("server-1", Answers).Verdict);
        var after = Inspect("server-1");
        Assert.Equal((after.FlowsL3, after.FlowsL3), (after.FlowsOffloaded, after.FlowsL2));
        Assert.All(Shown("server-1"), flow => Assert.Equal(("tc", true, null), (flow.Layer, flow.IsOffloaded, flow.ExtraInfo)));
        AssertPings("a-1", "10.1.0.3", 5);
        Assert.True(Inspect("server-1").Tiers.L1 > after.Tiers.L1);
        AssertConserved();
    }

    [Fact]
    public void A_kernel_datapath_that_restarts_beside_a_hung_NIC_forwards_and_the_NIC_follows_it_later()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2", 3);
        Hang("server-1", true);
        Break("server-1", "kernel");
        AssertPings("a-1", "10.1.0.2", 20);
        AssertPings("b-2", "10.1.0.1", 3);
        Hang("server-1", false);
        Advance(1_000);
        AssertPings("a-1", "10.1.0.2", 5);
        var after = Inspect("server-1");
        Assert.Equal((after.FlowsL3, after.FlowsL3), (after.FlowsOffloaded, after.FlowsL2));
        Assert.True(after.Tiers.L1 > 0);
        AssertConserved();
    }

    [Fact]
    public void A_reset_ends_a_hang()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2", 3);
        Hang("server-1", true);
        Advance(1_500);
        Break("server-1", "nic");
        Advance(500);
        Assert.Equal("PASS", Line("server-1", Answers).Verdict);
        AssertPings("a-1", "10.1.0.2", 5);
        Assert.True(Inspect("server-1").Tiers.L1 > 0);
        AssertConserved();
    }

    [Fact]
    public void A_link_that_changes_is_told_over_PCIe()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        Sys.ActorSelection(Servers["server-1"].Path / "vf0").Tell(new SetVfLink(false));
        Advance(10);
        Assert.Equal(0, Ping("a-2", "10.1.0.1", 2).Received);
        Sys.ActorSelection(Servers["server-1"].Path / "vf0").Tell(new SetVfLink(true));
        Advance(10);
        AssertPings("a-2", "10.1.0.1");
        AssertConserved();
    }
}
