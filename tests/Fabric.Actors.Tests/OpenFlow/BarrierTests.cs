using Akka.Actor;
using Fabric.Actors.Protocol;
using Fabric.OpenFlow;

namespace Fabric.Actors.Tests.OpenFlow;

/// <summary>
/// What an answered barrier promises of a whole server whose PCIe channel takes its time: no frame sent afterwards follows the old rules.
/// </summary>
public sealed class BarrierTests() : DatabaseRig(Plans.TwoServers.Replace(
    "{vfs: 8}", $"{{vfs: 8, pcie: {{latency: {LatencyMs}ms}}}}", StringComparison.Ordinal))
{
    private const int LatencyMs = 20;
    private const string Block = "table=0,priority=900,icmp,actions=drop";

    [Fact]
    public void A_barrier_is_answered_when_the_NIC_has_acknowledged_and_then_no_frame_passes()
    {
        var (client, other) = StartWithTraffic();
        client.Send(Rule(Block), new BarrierRequest(), new EchoRequest(HexBytes.Empty));
        for (var ms = 0; ms < 2 * LatencyMs - 2; ms++)
        {
            Assert.Empty(client.Read(out _));
            Advance(1);
        }

        // Other connections go on meanwhile.
        other.Send(new EchoRequest(HexBytes.Empty));
        Assert.IsType<EchoReply>(Assert.Single(other.Read(out _)));
        var answers = Until(client, 10);
        Assert.Equal([typeof(BarrierReply), typeof(EchoReply)], answers.Select(a => a.GetType()));
        AssertNothingPasses();
    }

    [Fact]
    public void The_answer_to_a_bundles_commit_promises_the_same()
    {
        const BundleFlags flags = BundleFlags.Atomic | BundleFlags.Ordered;
        var (client, _) = StartWithTraffic();
        client.Send(
            new BundleControlMessage(1, BundleControlType.OpenRequest, flags), new BundleAddMessage(1, flags, Rule(Block)),
            new BundleControlMessage(1, BundleControlType.CommitRequest, flags));
        Assert.Equal(BundleControlType.OpenReply, Assert.IsType<BundleControlMessage>(Assert.Single(client.Read(out _))).Type);
        Advance(LatencyMs);
        Assert.Empty(client.Read(out _));
        Assert.Equal(BundleControlType.CommitReply, Assert.IsType<BundleControlMessage>(Assert.Single(Until(client, 30))).Type);
        AssertNothingPasses();
    }

    [Fact]
    public void Rules_that_no_flow_can_meet_wait_for_nothing()
    {
        var (client, _) = StartWithTraffic();
        foreach (var rule in (string[])["table=99,actions=drop", "table=0,priority=900,dl_dst=02:77:00:00:00:01,actions=drop"])
        {
            client.Send(Rule(rule), new BarrierRequest());
            Assert.IsType<BarrierReply>(Assert.Single(client.Read(out _)));
        }
    }

    [Theory]
    [InlineData("kernel")]
    [InlineData("nic")]
    public void A_part_that_restarts_meanwhile_leaves_no_barrier_hanging(string part)
    {
        var (client, _) = StartWithTraffic();
        client.Send(Rule(Block), new BarrierRequest());
        Advance(5);
        Break("server-1", part);
        Assert.IsType<BarrierReply>(Assert.Single(Until(client, 1_000)));
        AssertNothingPasses();
    }

    [Fact]
    public void An_agent_that_restarts_meanwhile_closes_the_connection()
    {
        var (client, _) = StartWithTraffic();
        client.Send(Rule(Block), new BarrierRequest());
        Advance(5);
        Break("server-1", "agent");
        Assert.Empty(client.Read(out var isClosed));
        Assert.True(isClosed);
    }

    [Fact]
    public void Flows_of_an_agent_before_this_one_are_gone_before_the_first_barrier_of_the_new_one_is_answered()
    {
        StartWithTraffic();
        Break("server-1", "agent");
        var client = new RigClient(Node, "server-1", "br-int", CreateTestProbe());
        Advance(1);
        client.Send();
        Assert.Empty(Until(client, 5));
        client.Send(Rule(Block), new BarrierRequest());
        Assert.IsType<BarrierReply>(Assert.Single(Until(client, 1_000)));
        AssertNothingPasses();
    }

    [Fact]
    public void A_NIC_that_does_not_answer_is_waited_for_a_second_and_follows_before_it_forwards_again()
    {
        var (client, _) = StartWithTraffic();
        Hang(true);
        client.Send(Rule(Block), new BarrierRequest());
        Advance(500);
        Assert.Empty(client.Read(out _));
        Assert.IsType<BarrierReply>(Assert.Single(Until(client, 600)));
        AssertNothingPasses();
        Hang(false);
        AssertNothingPasses();
        Advance(1_000);
        AssertNothingPasses();
        client.Send(new FlowModMessage(Rule(Block).Request with { Command = FlowModCommand.DeleteStrict }), new BarrierRequest());
        Assert.IsType<BarrierReply>(Assert.Single(Until(client, 100)));
        AssertPings("a-1", "10.1.0.3");
    }

    private (RigClient Client, RigClient Other) StartWithTraffic()
    {
        foreach (var name in (string[])["server-1", "server-2"])
        {
            Servers[name] = Sys.ActorOf(ServerActor.Props(name, Node), name);
            Servers[name].Tell(new EnsureServer(Plans.Of(Topology, name)), TestActor);
        }

        AwaitAssert(() =>
        {
            Advance(20);
            Assert.All(Servers.Keys, server => Assert.Equal("ready", Inspect(server).State));
        });
        AssertPings("a-1", "10.1.0.3", 20);
        Advance(200);
        AssertPings("a-1", "10.1.0.3", 20);
        Assert.True(Inspect("server-1").Tiers.L1 > 0);
        Advance(500);
        var (client, other) = (new RigClient(Node, "server-1", "br-int", CreateTestProbe()),
            new RigClient(Node, "server-1", "br-int", CreateTestProbe()));
        client.Ask();
        other.Ask();
        return (client, other);
    }

    private void AssertNothingPasses()
    {
        var reply = Ping("a-1", "10.1.0.3", 5);
        Assert.Equal((5, 0), (reply.Sent, reply.Received));
    }

    private IReadOnlyList<OpenFlowMessage> Until(RigClient client, int atMostMs)
    {
        for (var ms = 0; ms < atMostMs; ms++)
        {
            if (client.Read(out _) is { Count: > 0 } answers) return answers;
            Advance(1);
        }

        return client.Read(out _);
    }

    private static FlowModMessage Rule(string text)
    {
        Assert.True(RuleText.TryParse(text, NoOpenFlowPorts.Instance, out var mod, out var error, FlowModCommand.Add), error);
        return new FlowModMessage(mod);
    }

    private void Hang(bool isHung) => Sys.ActorSelection(Servers["server-1"].Path / "nic").Tell(new HangNic(isHung));
}
