using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent.Tests.OpenFlow;

/// <summary>Who may do what, and who hears what.</summary>
public class RoleAndAsyncTests
{
    private static readonly PacketIn Packet = new(new HexBytes(new byte[60]))
    {
        PipelineFields = new Match().SetInPort(new OfpPort(1)), Reason = PacketInReason.Action,
    };

    [Fact]
    public void One_connection_is_primary_and_the_one_before_is_told_W2()
    {
        var rig = new SwitchRig();
        var (first, second, old) = (rig.Connect(OpenFlowVersion.V14), rig.Connect(OpenFlowVersion.V13), rig.Connect(OpenFlowVersion.V10));
        Role(rig, first, ControllerRole.Primary, 5);
        Assert.Equal(ControllerRole.Primary, Role(rig, second, ControllerRole.Primary, 6).Role);
        var told = Assert.IsType<RoleStatusMessage>(Assert.Single(SwitchRig.Take(first)));
        Assert.Equal((ControllerRole.Secondary, RoleChangeReason.PrimaryRequest, 6ul), (told.Role, told.Reason, told.GenerationId));
        Role(rig, old, ControllerRole.Primary, null);
        Assert.Equal((ControllerRole.Secondary, ControllerRole.Secondary), (first.Role, second.Role));
        Role(rig, first, ControllerRole.Primary, 7);
        Assert.Empty(SwitchRig.Take(old));
    }

    [Fact]
    public void A_stale_generation_is_refused_and_ids_wrap()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V13);
        Role(rig, session, ControllerRole.Secondary, ulong.MaxValue);
        Assert.Equal(OpenFlowError.RrfcStale,
            rig.Error(session, new RoleRequest(new RoleState(ControllerRole.Primary, ulong.MaxValue - 1))));
        Assert.Equal(ControllerRole.Secondary, session.Role);
        Assert.Equal(3ul, Role(rig, session, ControllerRole.Primary, 3).GenerationId);
        Assert.Equal(ControllerRole.Equal, Role(rig, session, ControllerRole.Equal, 0).Role);
    }

    [Fact]
    public void A_secondary_asks_but_changes_nothing_S2()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V14, SessionKind.Primary);
        Role(rig, session, ControllerRole.Secondary, 1);
        OpenFlowMessage[] changes =
        [
            rig.Flow("actions=drop"), new GroupModMessage(new GroupMod { GroupId = 1 }),
                new MeterModMessage(new MeterMod(MeterCommand.Add, 1)),
            new PortModMessage(new PortMod(new OfpPort(1), default)), new TableModMessage(new TableMod(0)), new PacketOutMessage(),
            new BundleControlMessage(1, BundleControlType.OpenRequest, BundleFlags.Atomic),
            new BundleAddMessage(1, BundleFlags.Atomic, rig.Flow("actions=drop")), new TlvTableMod(TunnelOptionCommand.Clear, []),
        ];
        foreach (var change in changes) Assert.Equal(OpenFlowError.BrcIsSecondary, rig.Error(session, change));
        rig.Ask(session, new SetConfig(new SwitchConfiguration(FragmentMode.Drop, 128)));
        Assert.Equal(FragmentMode.Normal, rig.Bridge.Fragments);
        Assert.Equal("", rig.Rules());
        rig.Ask<BarrierReply>(session, new BarrierRequest());
    }

    /// <summary>By default: packet-ins and flow-removed for equal and primary, port status for all, the rest for nobody.</summary>
    [Theory]
    [InlineData(OpenFlowVersion.V10, ControllerRole.Equal, "packet port removed")]
    [InlineData(OpenFlowVersion.V10, ControllerRole.Secondary, "port")]
    [InlineData(OpenFlowVersion.V12, ControllerRole.Primary, "packet port removed")]
    [InlineData(OpenFlowVersion.V13, ControllerRole.Equal, "packet port removed")]
    [InlineData(OpenFlowVersion.V13, ControllerRole.Secondary, "port")]
    [InlineData(OpenFlowVersion.V14, ControllerRole.Primary, "packet port removed")]
    [InlineData(OpenFlowVersion.V15, ControllerRole.Secondary, "port")]
    public void Who_hears_what_by_default(OpenFlowVersion version, ControllerRole role, string expected)
    {
        var rig = new SwitchRig();
        var session = rig.Connect(version, SessionKind.Primary);
        Role(rig, session, role, null);
        Assert.Equal(expected, Events(rig, session));
    }

    [Fact]
    public void A_service_hears_nothing_until_it_asks_for_packets()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V13);
        Assert.Equal("", Events(rig, session));
        rig.Ask(session, new SetConfig(new SwitchConfiguration(FragmentMode.Normal, 65535)));
        Assert.Equal("packet port removed", Events(rig, session));
    }

    [Fact]
    public void A_controller_without_asynchronous_messages_configures_them_first()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V13, settings: new SessionSettings(SessionKind.Primary) { HasAsyncMessages = false });
        Assert.Equal("", Events(rig, session));
        rig.Ask(session, new SetAsyncMessage(
            new AsyncChange([new AsyncMask(AsyncKind.PacketIn, false, 1u << (int)PacketInReason.Action)])));
        Assert.Equal("packet", Events(rig, session));
        var reply = rig.Ask<GetAsyncReply>(session, new GetAsyncRequest()).Configuration;
        Assert.True(reply.Wants(AsyncKind.PacketIn, false, (int)PacketInReason.Group), "before 1.4, action stands for its refinements");
    }

    [Fact]
    public void Invalid_ttl_goes_to_the_controller_only_when_configured()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V12, SessionKind.Primary);
        var spent = Packet with { Reason = PacketInReason.InvalidTtl };
        rig.Switch.Deliver(spent, 0, HexBytes.Empty, 0);
        Assert.Empty(SwitchRig.Take(session));
        rig.Ask(session, new SetConfig(new SwitchConfiguration(FragmentMode.Normal, 128) { SendsInvalidTtl = true }));
        Assert.True(rig.Ask<GetConfigReply>(session, new GetConfigRequest()).Configuration.SendsInvalidTtl);
        rig.Switch.Deliver(spent, 0, HexBytes.Empty, 0);
        Assert.IsType<PacketInMessage>(Assert.Single(SwitchRig.Take(session)));
    }

    [Fact]
    public void Packets_go_to_the_controller_they_name_in_its_format()
    {
        var rig = new SwitchRig();
        var (zero, seven) = (rig.Connect(OpenFlowVersion.V10, SessionKind.Primary), rig.Connect(OpenFlowVersion.V13, SessionKind.Primary));
        rig.Ask(seven, new SetControllerId(7));
        rig.Ask(seven, new SetPacketInFormat(PacketInFormat.Nicira2));
        rig.Switch.Deliver(Packet, 7, new HexBytes([1, 2, 3]), 0);
        Assert.Empty(SwitchRig.Take(zero));
        var message = Assert.IsType<PacketInMessage>(Assert.Single(SwitchRig.Take(seven)));
        Assert.Equal((PacketInFormat.Nicira2, 3, 60u), (message.Format, message.Continuation.Size, message.TotalSize));
        rig.Switch.Deliver(Packet, 0, new HexBytes([1, 2, 3]), 0);
        Assert.Equal(0, Assert.IsType<PacketInMessage>(Assert.Single(SwitchRig.Take(zero))).Continuation.Size);
        Assert.True(rig.Bridge.WantsMisses, "an old controller with id 0 gets packets that no rule matches");
        rig.Switch.Close(zero);
        Assert.False(rig.Bridge.WantsMisses);
    }

    [Fact]
    public void A_rate_limit_lets_the_burst_pass_and_drops_from_the_longest_queue()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V13,
            settings: new SessionSettings(SessionKind.Primary) { PacketInRate = 100, PacketInBurst = 25 });
        for (var i = 0; i < 60; i++) rig.Switch.Deliver(Packet, 0, HexBytes.Empty, 5000);
        Assert.Equal(25, SwitchRig.Take(session).Count);
        var other = Packet with { PipelineFields = new Match().SetInPort(new OfpPort(2)) };
        rig.Switch.Deliver(other, 0, HexBytes.Empty, 5000);
        Assert.Equal("25 25 36 11", string.Join(' ', session.LimitStatus().Take(4).Select(s => s.Value)));
        rig.Switch.Run(5050);
        Assert.Equal([1, 2, 1, 1, 1],
            SwitchRig.Take(session).Cast<PacketInMessage>().Select(m => (int)m.Packet.PipelineFields.Value.InPort.Value));
    }

    [Fact]
    public void Packets_for_a_connection_that_does_not_read_are_dropped_S3()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V13, SessionKind.Primary);
        for (var i = 0; i < 150; i++) rig.Switch.Deliver(Packet, 0, HexBytes.Empty, 0);
        Assert.Equal(50, session.DroppedPacketIns);
        Assert.True(session.MayReceive);
        for (var i = 0; i < 100; i++) session.Receive(new BarrierRequest(), new byte[8], 0);
        Assert.False(session.MayReceive);
        SwitchRig.Take(session);
        Assert.True(session.MayReceive);
    }

    private static RoleState Role(SwitchRig rig, OpenFlowSession session, ControllerRole role, ulong? generation) =>
        rig.Ask<RoleReply>(session, new RoleRequest(new RoleState(role, generation))).State;

    private static string Events(SwitchRig rig, OpenFlowSession session)
    {
        rig.Switch.Deliver(Packet, 0, HexBytes.Empty, rig.NowMs);
        if (!rig.Down.Remove("p1")) rig.Down.Add("p1");
        rig.Switch.Run(rig.NowMs);
        rig.Bridge.Tables.TryApply(rig.Flow("send_flow_rem,actions=drop").Request, rig.NowMs, null, out _);
        rig.Bridge.Tables.TryApply(SwitchRig.Delete().Request, rig.NowMs, null, out _);
        return string.Join(' ', SwitchRig.Take(session).Select(m => m switch
        {
            PacketInMessage => "packet",
            PortStatusMessage => "port",
            FlowRemovedMessage => "removed",
            _ => m.GetType().Name,
        }));
    }
}
