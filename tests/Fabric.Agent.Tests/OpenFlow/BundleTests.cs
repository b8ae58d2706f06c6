using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent.Tests.OpenFlow;

public class BundleTests
{
    private const BundleFlags Both = BundleFlags.Atomic | BundleFlags.Ordered;

    [Fact]
    public void A_bundle_is_in_force_when_its_commit_is_answered_W1()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V14);
        Control(rig, session, BundleControlType.OpenRequest);
        Assert.Empty(rig.Ask(session, Add(rig.Flow("table=1,actions=drop"))));
        Assert.Empty(rig.Ask(session, Add(new GroupModMessage(new GroupMod { GroupId = 1, Type = GroupType.All }))));
        Assert.Empty(rig.Ask(session, Add(rig.Flow("table=2,actions=group:1"))));
        Assert.Equal("", rig.Rules());
        Control(rig, session, BundleControlType.CloseRequest);
        Control(rig, session, BundleControlType.CommitRequest);
        Assert.Equal(2, rig.Bridge.Tables.RuleCount);
        Assert.Equal(OpenFlowError.BfcBadId, rig.Error(session, new BundleControlMessage(1, BundleControlType.CommitRequest, Both)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_answers_to_a_commit_and_to_a_barrier_wait_until_flows_are_corrected_W1(bool commits)
    {
        var rig = new SwitchRig(hasFence: true);
        rig.Agent.Fence.Corrected();
        rig.Agent.Fence.Confirmed(1);
        var (session, other) = (rig.Connect(OpenFlowVersion.V14), rig.Connect(OpenFlowVersion.V14));
        rig.Ask(session, rig.Flow("table=0,priority=1,actions=output:2"));
        Assert.IsType<BarrierReply>(Assert.Single(rig.Ask(session, new BarrierRequest())));
        rig.Packet(1, "ip,nw_dst=10.0.0.2");

        OpenFlowMessage last = commits ? new BundleControlMessage(1, BundleControlType.CommitRequest, Both) : new BarrierRequest();
        if (commits) Control(rig, session, BundleControlType.OpenRequest);
        Assert.Empty(rig.Ask(session, commits ? Add(SwitchRig.Delete(0)) : SwitchRig.Delete(0)));
        if (commits) Control(rig, session, BundleControlType.CloseRequest);
        Assert.Empty(rig.Ask(session, last));
        Assert.False(session.MayReceive);
        Assert.True(rig.Agent.Fence.WantsCorrection);
        Assert.IsType<EchoReply>(Assert.Single(rig.Ask(other, new EchoRequest(HexBytes.Empty))));

        Assert.Equal(2, rig.Agent.Fence.Corrected());
        rig.Switch.FenceMoved();
        Assert.Empty(SwitchRig.Take(session));
        rig.Agent.Fence.Confirmed(2);
        rig.Switch.FenceMoved();
        Assert.IsType(commits ? typeof(BundleControlMessage) : typeof(BarrierReply), Assert.Single(SwitchRig.Take(session)));
        Assert.True(session.MayReceive);
    }

    [Fact]
    public void A_barrier_waits_for_the_log_and_for_the_flows_whichever_is_later()
    {
        var rig = new SwitchRig(hasFence: true);
        rig.Switch.LastChange = () => 5;
        var session = rig.Connect(OpenFlowVersion.V14);
        foreach (var isSavedFirst in (bool[])[true, false])
        {
            rig.Agent.Fence.DatapathLost();
            var round = rig.Agent.Fence.InForce + 1;
            Assert.Empty(rig.Ask(session, new BarrierRequest()));
            if (isSavedFirst) rig.Switch.Committed(5);
            Assert.Equal(round, rig.Agent.Fence.Corrected());
            rig.Agent.Fence.Confirmed(round);
            rig.Switch.FenceMoved();
            if (!isSavedFirst)
            {
                Assert.Empty(SwitchRig.Take(session));
                rig.Switch.Committed(6);
            }

            Assert.IsType<BarrierReply>(Assert.Single(SwitchRig.Take(session)));
            rig.Switch.LastChange = () => 6;
        }
    }

    /// <summary>Whichever message fails, rules, groups and watchers are as before.</summary>
    [Fact]
    public void A_bundle_that_fails_at_any_index_changes_nothing_W3()
    {
        for (var wrong = 0; wrong <= 6; wrong++)
        {
            var rig = new SwitchRig();
            var session = rig.Connect(OpenFlowVersion.V14);
            var watcher = rig.Connect(OpenFlowVersion.V14);
            rig.Ask(session, new GroupModMessage(new GroupMod { GroupId = 9, Type = GroupType.All }));
            rig.Ask(session, rig.Flow("table=1,priority=5,ip,cookie=3,actions=group:9"));
            rig.Ask(session, rig.Flow("table=4,actions=output:1"));
            rig.Ask(watcher, new FlowMonitorRequest([new FlowMonitorQuery(1) { Flags = (FlowMonitorFlags)0x1e }]));
            var before = rig.Rules();
            OpenFlowMessage[] messages =
            [
                rig.Flow("table=1,priority=5,ip,actions=output:2"), rig.Flow("table=4,actions=output:3", FlowModCommand.Modify),
                new GroupModMessage(new GroupMod { GroupId = 5, Type = GroupType.Select }), rig.Flow("table=2,actions=group:5"),
                new GroupModMessage(new GroupMod { Command = GroupCommand.Delete, GroupId = 9 }), SwitchRig.Delete(4),
            ];
            rig.Ask(session, new BundleControlMessage(1, BundleControlType.OpenRequest, Both));
            for (var i = 0; i <= messages.Length; i++)
            {
                if (i == wrong) rig.Ask(session, Add(rig.Flow("actions=group:77")));
                if (i < messages.Length) rig.Ask(session, Add(messages[i]));
            }

            rig.Switch.Run(rig.NowMs);
            session.Receive(new BundleControlMessage(1, BundleControlType.CommitRequest, Both), new byte[24], rig.NowMs);
            Assert.Equal([OpenFlowError.BacBadOutGroup, OpenFlowError.BfcMsgFailed],
                SwitchRig.Take(session).Cast<ErrorMessage>().Select(e => e.Error));
            Assert.Equal(before, rig.Rules());
            Assert.NotNull(rig.Bridge.Tables.Groups.Find(9));
            Assert.Null(rig.Bridge.Tables.Groups.Find(5));
            Assert.Empty(SwitchRig.Take(watcher));
        }
    }

    [Fact]
    public void Wrong_requests_about_bundles()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V14);
        OpenFlowError Wrong(BundleControlType type, BundleFlags flags = Both) =>
            rig.Error(session, new BundleControlMessage(1, type, flags));
        Assert.Equal(OpenFlowError.BfcBadId, Wrong(BundleControlType.CloseRequest));
        Assert.Equal(OpenFlowError.BfcBadId, Wrong(BundleControlType.DiscardRequest));
        Assert.Equal(OpenFlowError.BfcBadType, Wrong(BundleControlType.OpenReply));
        Control(rig, session, BundleControlType.OpenRequest);
        Assert.Equal(OpenFlowError.BfcBadId, Wrong(BundleControlType.OpenRequest));
        Control(rig, session, BundleControlType.OpenRequest);
        Assert.Equal(OpenFlowError.BfcBadFlags, Wrong(BundleControlType.CloseRequest, BundleFlags.Atomic));
        Control(rig, session, BundleControlType.OpenRequest);
        Control(rig, session, BundleControlType.CloseRequest);
        Assert.Equal(OpenFlowError.BfcBundleClosed, rig.Error(session, Add(rig.Flow("actions=drop"))));
        Assert.Equal(OpenFlowError.BfcBadId, Wrong(BundleControlType.CommitRequest));
        Control(rig, session, BundleControlType.OpenRequest);
        Assert.Equal(OpenFlowError.BfcBadFlags, rig.Error(session, new BundleAddMessage(1, BundleFlags.Ordered, rig.Flow("actions=drop"))));
        Assert.Equal(OpenFlowError.BrcBufferUnknown, rig.Error(session, Add(new PacketOutMessage { BufferId = 4 })));
        Assert.Equal(OpenFlowError.BfcMsgUnsup, rig.Error(session, Add(new BarrierRequest())));
    }

    [Fact]
    public void A_bundle_may_open_by_its_first_message_and_times_out_after_ten_seconds()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V14);
        Assert.Empty(rig.Ask(session, Add(rig.Flow("actions=drop"))));
        rig.Switch.Run(10_500);
        Assert.Empty(SwitchRig.Take(session));
        rig.Switch.Run(12_000);
        Assert.Equal(OpenFlowError.BfcTimeout, Assert.IsType<ErrorMessage>(Assert.Single(SwitchRig.Take(session))).Error);
    }

    [Fact]
    public void Ports_change_in_a_bundle_only_when_it_is_not_atomic_and_packets_go_last()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V14);
        var mod = new PortModMessage(new PortMod(new OfpPort(1), rig.Bridge.FindPort("p1")!.Settings.Mac)
        {
            Configuration = PortConfigurationBits.NoForward, Mask = PortConfigurationBits.NoForward,
        });
        rig.Ask(session, new BundleAddMessage(1, Both, mod));
        session.Receive(new BundleControlMessage(1, BundleControlType.CommitRequest, Both), new byte[24], rig.NowMs);
        Assert.Equal(2, SwitchRig.Take(session).Count);
        rig.Ask(session, new BundleAddMessage(2, BundleFlags.Ordered, mod));
        rig.Ask(session, new BundleAddMessage(2, BundleFlags.Ordered, new PacketOutMessage()));
        Assert.Empty(rig.PacketsOut);
        rig.Ask<BundleControlMessage>(session, new BundleControlMessage(2, BundleControlType.CommitRequest, BundleFlags.Ordered));
        Assert.Equal(PortConfigurationBits.NoForward, rig.Bridge.FindPort("p1")!.Configuration);
        Assert.Single(rig.PacketsOut);
    }

    private static BundleAddMessage Add(OpenFlowMessage message) => new(1, Both, message);

    private static void Control(SwitchRig rig, OpenFlowSession session, BundleControlType type)
    {
        var reply = rig.Ask<BundleControlMessage>(session, new BundleControlMessage(1, type, Both));
        Assert.Equal(((BundleControlType)(type + 1), BundleFlags.None), (reply.Type, reply.Flags));
    }
}
