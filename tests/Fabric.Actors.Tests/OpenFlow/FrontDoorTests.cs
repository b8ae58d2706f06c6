using Fabric.OpenFlow;

namespace Fabric.Actors.Tests.OpenFlow;

/// <summary>Overlays are programmed as any controller would, beside whatever else the operator programs.</summary>
public sealed class FrontDoorTests : DatabaseRig
{
    [Fact]
    public void The_plans_rules_carry_Fabrics_cookie_and_are_exactly_those_of_the_plan()
    {
        StartBoth();
        var client = Client("server-1");
        var planned = OverlayProgram.Rules(Plans.Of(Topology, "server-1"));
        Assert.Equal(planned.Count, client.Rules(OverlayProgram.Cookie).Count);
        Assert.Equal(planned.Count, client.Rules().Count);
        AssertPings("a-1", "10.1.0.2");
    }

    [Fact]
    public void Rules_of_others_stay_and_come_back_with_a_restarted_agent()
    {
        StartBoth();
        var client = Client("server-1");
        client.Add("table=0,priority=300,cookie=0x77,udp,tp_dst=53,actions=drop");
        client.Ask(new GroupModMessage(new GroupMod
        {
            Command = GroupCommand.Add, GroupId = 5, Type = GroupType.All,
            Buckets = [new GroupBucket(1) { Weight = 0, Actions = new OpenFlowActions(new OutputPortAction(new(1))) }],
        }));
        var before = client.Rules();
        Advance(200);

        Break("server-1", "agent");
        Advance(2_000);
        client = Client("server-1");
        Assert.Equal(before, client.Rules());
        Assert.Single(client.Ask(new GroupDescriptionRequest()).OfType<GroupDescriptionReply>().SelectMany(reply => reply.Groups));
        AssertPings("a-1", "10.1.0.2");
        AssertConserved();
    }

    [Fact]
    public void A_controller_that_restarts_changes_nothing_of_what_is_as_planned()
    {
        StartBoth();
        var before = Client("server-1").Statistics().Sum(rule => (long)rule.Duration.Seconds);
        Advance(3_000);
        Break("server-1", "control");
        Advance(1_000);
        var after = Client("server-1").Statistics();
        Assert.All(after, rule => Assert.True(rule.Duration.Seconds >= 3, $"{rule.Match} was added again"));
        Assert.Equal(0, before);
    }

    [Fact]
    public void A_port_that_comes_back_under_another_number_gets_its_rules_again()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        DeletePort("server-1", "br-int", "vf0");
        Advance(100);
        Assert.DoesNotContain(Client("server-1").Rules(), rule => rule.Contains("in_port=1,", StringComparison.Ordinal));
        AddPort("server-1", "br-int", "vf0", "\"ofport_request\":77");
        Advance(100);
        Assert.Contains(Client("server-1").Rules(), rule => rule.Contains("in_port=77,", StringComparison.Ordinal));
        AssertPings("a-1", "10.1.0.2");
        AssertConserved();
    }

    [Fact]
    public void A_packet_out_of_a_controller_leaves_by_the_port_that_it_names()
    {
        StartBoth();
        var sent = FramesOf("a-1");
        var frame = new byte[60];
        frame.AsSpan(0, 6).Fill(0xff);
        frame[12] = 0x88;
        frame[13] = 0xb5;
        Assert.Empty(Client("server-1").Ask(new PacketOutMessage
        {
            PipelineFields = new Match().SetInPort(Flow.OfpPort.Controller), Data = new HexBytes(frame),
            Actions = new OpenFlowActions(new OutputPortAction(new(1))),
        }));
        Advance(50);
        Assert.Equal(sent + 1, FramesOf("a-1"));
        AssertConserved();
    }

    [Fact]
    public void No_ping_is_lost_while_rules_are_loaded()
    {
        const int Echoes = 200;
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        var client = Client("server-1");
        BeginPing("a-1", "10.1.0.2", Echoes, intervalMs: 5);
        for (var batch = 0; batch < 20; batch++)
        {
            for (var i = 0; i < 50; i++)
                client.Add($"table=30,priority={i},cookie=0x9,tcp,nw_src=10.9.{batch}.{i},tp_dst={i},actions=drop");
            Advance(40);
        }

        var reply = Await<Protocol.PingReply>();
        Assert.Equal((Echoes, Echoes), (reply.Sent, reply.Received));
        Assert.Equal(1_000, client.Rules(0x9).Count);
        AssertConserved();
    }

    private long FramesOf(string vm) => Report("server-1").Vfs.Where(vf => vf.Vm == vm).Sum(vf => vf.RxFrames + vf.TxFrames);

    private RigClient Client(string server) => new(Node, server, "br-int", CreateTestProbe());
}
