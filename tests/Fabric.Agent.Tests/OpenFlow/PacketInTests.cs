using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent.Tests.OpenFlow;

/// <summary>Packets from rules to controllers, and back.</summary>
public class PacketInTests
{
    private const string Udp = "udp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=5,tp_dst=53";

    [Fact]
    public void A_packet_without_a_rule_goes_to_an_old_controller_and_to_none_since_1_3()
    {
        var rig = new SwitchRig(hasController: true);
        var session = rig.Connect(OpenFlowVersion.V13, SessionKind.Primary);
        rig.Packet(1, Udp);
        Assert.Empty(SwitchRig.Take(session));
        var old = rig.Connect(OpenFlowVersion.V10, SessionKind.Primary);
        rig.Packet(2, Udp);
        var packet = Assert.IsType<PacketInMessage>(Assert.Single(SwitchRig.Take(old))).Packet;
        Assert.Equal((2, 0ul), (packet.PipelineFields.Value.InPort.Value, packet.Cookie));
        Assert.Equal(PacketInReason.ImplicitMiss, packet.Reason);
    }

    [Fact]
    public void A_table_miss_rule_says_so_and_tells_table_and_cookie()
    {
        var rig = new SwitchRig(hasController: true);
        var session = rig.Connect(OpenFlowVersion.V13, SessionKind.Primary);
        rig.Ask(session, rig.Flow("table=0,priority=0,cookie=0x77,actions=load:9->NXM_NX_REG3[],CONTROLLER:65535"));
        rig.Packet(3, Udp);
        var packet = Assert.IsType<PacketInMessage>(Assert.Single(SwitchRig.Take(session))).Packet;
        Assert.Equal((PacketInReason.ExplicitMiss, 0x77ul, 0), (packet.Reason, packet.Cookie, packet.Table));
        var fields = packet.PipelineFields;
        Assert.Equal(9u, fields.Value.GetRegister(3));
    }

    [Fact]
    public void A_paused_packet_goes_on_when_the_controller_sends_it_back()
    {
        var rig = new SwitchRig(hasController: true);
        var session = rig.Connect(OpenFlowVersion.V15, SessionKind.Primary);
        rig.Ask(session, new SetPacketInFormat(PacketInFormat.Nicira2));
        rig.Ask(session, rig.Flow("table=0,udp,actions=controller(userdata=0a.0b,pause),load:1->NXM_NX_REG0[],resubmit(,1)"));
        rig.Ask(session, rig.Flow("table=1,reg0=1,reg1=7,actions=output:3"));
        Assert.DoesNotContain(rig.Packet(1, Udp), a => a is OutputAction);
        var message = Assert.IsType<PacketInMessage>(Assert.Single(SwitchRig.Take(session)));
        Assert.Equal("0a.0b", $"{message.Packet.UserData}");
        Assert.NotEqual(0, message.Continuation.Size);
        var fields = Match.Any;
        fields.Value = message.Packet.PipelineFields.Value;
        fields.Mask = message.Packet.PipelineFields.Mask;
        var changed = message.Packet with { PipelineFields = fields.Set(OpenFlowFields.Registers[1], 7) };
        Assert.Empty(rig.Ask(session, new ResumeMessage(changed, message.Continuation)));
        Assert.Equal([new OdpPort(103)], rig.Datapath.Executed[^1].OfType<OutputAction>().Select(a => a.Port));
        Assert.Equal(OpenFlowError.NxrStale, rig.Error(session, new ResumeMessage(changed, new HexBytes([1, 2, 3]))));
    }

    [Fact]
    public void A_packet_out_runs_its_actions_and_may_enter_the_tables()
    {
        var rig = new SwitchRig(hasController: true);
        var session = rig.Connect(OpenFlowVersion.V13, SessionKind.Primary);
        rig.Ask(session, rig.Flow("table=0,in_port=1,actions=output:2"));
        PacketOutMessage Out(OpenFlowAction action) => new()
        {
            PipelineFields = new Match().SetInPort(new OfpPort(1)),
            Actions = new OpenFlowActions(action), Data = new HexBytes(new byte[60]),
        };
        Assert.Empty(rig.Ask(session, Out(new OutputPortAction(OfpPort.Table))));
        Assert.Equal([new OdpPort(102)], rig.Datapath.Executed[^1].OfType<OutputAction>().Select(a => a.Port));
        Assert.Empty(rig.Ask(session, Out(new OutputPortAction(OfpPort.Flood))));
        Assert.Equal(3, rig.Datapath.Executed[^1].OfType<OutputAction>().Count());
        Assert.Equal(OpenFlowError.BacBadOutGroup, rig.Error(session, Out(new GroupAction(4))));
        Assert.Equal(OpenFlowError.BacMatchInconsistent, rig.Error(session, Out(new SetNwTtlAction(4))));
        Assert.Equal(2, rig.PacketsOut.Count);
    }
}
