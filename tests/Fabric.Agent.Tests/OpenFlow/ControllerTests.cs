using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent.Tests.OpenFlow;

/// <summary>What a bridge does when controllers come and go, and what they are told.</summary>
public class ControllerTests
{
    private static readonly SessionSettings Primary = new(SessionKind.Primary);

    [Fact]
    public void A_standalone_bridge_goes_on_by_itself_after_three_probes_W4()
    {
        var rig = new SwitchRig(FailMode.Standalone, hasController: true);
        var controller = rig.Switch.SetController("tcp:192.0.2.1", Primary, 5, 0);
        var session = rig.Switch.Accept(controller, OpenFlowVersion.V13);
        rig.Ask(session, rig.Flow("table=0,actions=output:1"));
        rig.Run(60_000);
        Assert.Equal(1, rig.Bridge.Tables.RuleCount);
        rig.Switch.Close(session);
        rig.Run(14_900);
        Assert.False(rig.Switch.IsFailingOpen);
        rig.Run(16_001);
        Assert.True(rig.Switch.IsFailingOpen);
        Assert.Equal("", rig.Rules());
        Assert.Equal(0, rig.Bridge.Tables.Table(0).Count);
        Assert.Equal("NORMAL", $"{LookUp(rig)?.Actions}");

        // It connects, which alone shows nothing: the rule stays, and a made-up packet asks for a sign.
        session = rig.Switch.Accept(controller, OpenFlowVersion.V13);
        rig.Ask(session, new FeaturesRequest());
        rig.Run(17_000);
        rig.Run(19_001);
        Assert.IsType<PacketInMessage>(Assert.Single(SwitchRig.Take(session)));
        Assert.True(rig.Switch.IsFailingOpen);
        rig.Ask(session, SwitchRig.Delete());
        Assert.False(rig.Switch.IsFailingOpen);
        Assert.Null(LookUp(rig));
    }

    [Fact]
    public void A_secure_bridge_keeps_its_rules_without_controllers()
    {
        var rig = new SwitchRig(FailMode.Secure, hasController: true);
        var controller = rig.Switch.SetController("tcp:192.0.2.1", Primary, 5, 0);
        var session = rig.Switch.Accept(controller, OpenFlowVersion.V13);
        rig.Ask(session, rig.Flow("table=0,actions=output:1"));
        rig.Switch.Close(session);
        rig.Run(1_000_000);
        Assert.False(rig.Switch.IsFailingOpen);
        Assert.Equal(1, rig.Bridge.Tables.RuleCount);
    }

    [Fact]
    public void One_controller_of_several_is_enough_and_removing_the_last_ends_it_W4()
    {
        var rig = new SwitchRig(FailMode.Standalone, hasController: true);
        var first = rig.Switch.SetController("tcp:192.0.2.1", Primary, 5, 0);
        rig.Switch.SetController("tcp:192.0.2.2", Primary, 10, 0);
        var session = rig.Switch.Accept(first, OpenFlowVersion.V13);
        rig.Ask(session, new BarrierRequest());
        rig.Run(100_000);
        Assert.False(rig.Switch.IsFailingOpen);
        rig.Switch.Close(session);
        rig.Run(130_000);
        Assert.True(rig.Switch.IsFailingOpen);
        rig.Switch.RemoveController("tcp:192.0.2.1");
        rig.Switch.RemoveController("tcp:192.0.2.2");
        rig.Run(130_001);
        Assert.False(rig.Switch.IsFailingOpen);
    }

    [Fact]
    public void A_port_mod_is_checked_and_told_but_not_to_its_author_before_1_5()
    {
        var rig = new SwitchRig();
        var (author, other, new15) = (Listen(rig, OpenFlowVersion.V13), Listen(rig, OpenFlowVersion.V10), Listen(rig, OpenFlowVersion.V15));
        var mac = rig.Bridge.FindPort("p2")!.Settings.Mac;
        PortModMessage Mod(ushort port, PortConfigurationBits bits) =>
            new(new PortMod(new OfpPort(port), mac) { Configuration = bits, Mask = bits });
        Assert.Equal(OpenFlowError.PmfcBadPort, rig.Error(author, Mod(9, PortConfigurationBits.NoForward)));
        Assert.Equal(OpenFlowError.PmfcBadHwAddr, rig.Error(author, Mod(1, PortConfigurationBits.NoForward)));
        Assert.Empty(rig.Ask(author, Mod(2, PortConfigurationBits.NoForward)));
        Assert.Equal(PortChangeReason.Modify, Assert.IsType<PortStatusMessage>(Assert.Single(SwitchRig.Take(other))).Reason);
        Assert.Single(SwitchRig.Take(new15));
        Assert.Single(rig.Ask(new15, Mod(2, PortConfigurationBits.NoReceive)));
        SwitchRig.Take(author);
        SwitchRig.Take(other);
        rig.Ask(new15, Mod(2, PortConfigurationBits.NoFlood));
        Assert.Empty(SwitchRig.Take(author));
        Assert.Single(SwitchRig.Take(other));
        Assert.True(rig.Bridge.FindPort("p2")!.IsLeftOutOfFloods);
    }

    [Fact]
    public void Ports_that_come_and_go_are_told()
    {
        var rig = new SwitchRig();
        var session = Listen(rig, OpenFlowVersion.V13);
        Assert.True(rig.Agent.TryAddPort("br0", new PortSettings("p4", new OfpPort(4), new OdpPort(104)), out _));
        rig.Run(2000);
        rig.Agent.SetPortUp("br0", "p4", false, 3000);
        rig.Run(3000);
        rig.Agent.RemovePort("br0", "p4");
        rig.Run(4000);
        var told = SwitchRig.Take(session).Cast<PortStatusMessage>().ToArray();
        Assert.Equal([PortChangeReason.Add, PortChangeReason.Modify, PortChangeReason.Delete], told.Select(t => t.Reason));
        Assert.All(told, t => Assert.Equal("p4", t.Port.Name));
        Assert.Equal([PortStateBits.Live, PortStateBits.None, PortStateBits.None], told.Select(t => t.Port.State));
        var statistics = rig.Ask<PortStatisticsReply>(session, new PortStatisticsRequest(new OfpPort(1))).Ports;
        Assert.Equal((1ul, 4u), (statistics[0].RxPackets, statistics[0].Duration.Seconds));
    }

    [Fact]
    public void A_barrier_waits_until_what_came_before_it_is_saved()
    {
        var rig = new SwitchRig();
        var change = 0L;
        rig.Switch.LastChange = () => change;
        var session = rig.Connect(OpenFlowVersion.V13);
        rig.Ask<BarrierReply>(session, new BarrierRequest());
        change = 4;
        Assert.Empty(rig.Ask(session, new BarrierRequest()));
        Assert.False(session.MayReceive);
        rig.Switch.Committed(3);
        Assert.Empty(SwitchRig.Take(session));
        rig.Switch.Committed(5);
        Assert.IsType<BarrierReply>(Assert.Single(SwitchRig.Take(session)));
        Assert.True(session.MayReceive);
    }

    [Fact]
    public void Changes_of_groups_and_meters_are_forwarded_to_those_who_asked()
    {
        var rig = new SwitchRig();
        var (author, listener) = (rig.Connect(OpenFlowVersion.V15), rig.Connect(OpenFlowVersion.V14, SessionKind.Primary));
        rig.Ask(listener, new SetAsyncMessage(new AsyncChange([new AsyncMask(AsyncKind.RequestForward, false, 3)])));
        rig.Ask(author, new GroupModMessage(new GroupMod { GroupId = 1, Type = GroupType.Select, Buckets = [new GroupBucket(0)] }));
        rig.Ask(author, new GroupModMessage(new GroupMod
        {
            Command = GroupCommand.InsertBucket, GroupId = 1, CommandBucketId = GroupMod.LastBucket, Buckets = [new GroupBucket(1)],
        }));
        rig.Ask(author, new MeterModMessage(new MeterMod(MeterCommand.Add, 1)
        {
            Flags = MeterFlags.KilobitsPerSecond, Bands = [new Fabric.OpenFlow.MeterBand(false, 10, 0)],
        }));
        var told = SwitchRig.Take(listener).Cast<RequestForwardMessage>().Select(m => m.Request).ToArray();
        Assert.Equal(3, told.Length);
        var modified = Assert.IsType<GroupModMessage>(told[1]).Request;
        Assert.Equal((GroupCommand.Modify, 2, GroupType.Select), (modified.Command, modified.Buckets.Count, modified.Type));
        Assert.IsType<MeterModMessage>(told[2]);
        var meter = Assert.Single(rig.Ask<MeterStatisticsReply>(author, new MeterStatisticsRequest(1)).Meters);
        Assert.Equal((5ul, 1), (meter.PacketCount, meter.Bands.Count));
    }

    private static OpenFlowSession Listen(SwitchRig rig, OpenFlowVersion version) => rig.Connect(version, SessionKind.Primary);

    private static OpenFlowRule? LookUp(SwitchRig rig)
    {
        var (key, mask) = (default(OpenFlowKey), default(OpenFlowKey));
        return rig.Bridge.Tables.Lookup(0, ref key, ref mask);
    }
}
