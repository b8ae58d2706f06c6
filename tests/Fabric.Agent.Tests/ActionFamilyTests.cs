using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent.Tests;

/// <summary>One or two answers for each family of actions; all of them against OVS are in the differential tests.</summary>
public class ActionFamilyTests
{
    private const string Packet = "tcp,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_ttl=64";

    [Theory]
    [InlineData("push_mpls:0x8847,output:2", "push_mpls(label=0,tc=0,ttl=64,bos=1,eth_type=0x8847),102")]
    [InlineData("push:NXM_OF_ETH_SRC[],push:NXM_OF_ETH_DST[],pop:NXM_OF_ETH_SRC[],pop:NXM_OF_ETH_DST[],output:2",
        "set(eth(src=00:00:00:00:00:0b,dst=00:00:00:00:00:0a)),102")]
    [InlineData("clone(mod_dl_src:00:00:00:00:00:0c,output:2),output:3",
        "set(eth(src=00:00:00:00:00:0c)),102,set(eth(src=00:00:00:00:00:0a)),103")]
    [InlineData("clone(ct(commit),output:2),output:3", "clone(ct(commit),102),103")]
    [InlineData("output:3,clone(ct(commit),output:2)", "103,ct(commit),102")]
    [InlineData("check_pkt_larger(100)->NXM_NX_REG0[0],resubmit(,1)", "check_pkt_len(size=100,gt(102),le(103))")]
    [InlineData("output(port=2,max_len=100),output:3", "trunc(100),102,103")]
    [InlineData("ct(commit,zone=7,nat(src=10.9.0.1-10.9.0.5:100-200),exec(load:3->NXM_NX_CT_MARK[])),output:2",
        "ct(commit,zone=7,mark=0x3/0xffffffff,nat(src=10.9.0.1-10.9.0.5:100-200)),102")]
    [InlineData("ct(commit,force,alg=ftp,zone=7)", "ct(force_commit,zone=7,helper=ftp)")]
    [InlineData("ct_clear,output:2", "102")]
    [InlineData("exit,output:2", "drop")]
    [InlineData("resubmit(,2),output:3", "102")]
    [InlineData("write_actions(output:2,set_field:00:00:00:00:00:0c->eth_src)", "set(eth(src=00:00:00:00:00:0c)),102")]
    [InlineData("write_actions(set_field:00:00:00:00:00:0c->eth_src)", "drop")]
    [InlineData("bundle(eth_src,0,active_backup,ofport,members:9,3,2)", "103")]
    [InlineData("meter:5,output:2", "meter(0),102")]
    [InlineData("group:9,output:2", "drop")]
    [InlineData("group:1,output:2", "103,set(eth(src=00:00:00:00:00:0c)),102,set(eth(src=00:00:00:00:00:0a)),102")]
    [InlineData("group:2,output:2", "hash(l4(7)),recirc(0x1)")]
    [InlineData("group:3", "103")]
    [InlineData("decap,output:2", "drop")]
    [InlineData("note:00.11,output:2", "102")]
    public void An_action_becomes_what_OVS_makes_of_it(string actions, string expected)
    {
        var bench = new Bench().Port(1).Port(2).Port(3);
        Assert.True(MeterText.TryParse("meter=5,kbps,band=type=drop,rate=9", MeterCommand.Add, out var meter, out var error), error);
        Assert.True(bench.Bridge.Meters.TryApply(meter, 0, out _));
        Group(bench, "group_id=1,type=all,bucket=actions=output:3,bucket=actions=mod_dl_src:00:00:00:00:00:0c,output:2");
        Group(bench, "group_id=2,type=select,selection_method=dp_hash,selection_method_param=7,bucket=actions=output:2,"
            + "bucket=actions=output:3");
        Group(bench, "group_id=3,type=fast_failover,bucket=watch_port:9,actions=output:2,bucket=watch_port:3,actions=output:3");
        if (!actions.Contains("group:9", StringComparison.Ordinal)) bench.Rules($"tcp,actions={actions}");
        else Group(bench, "group_id=9,type=all");
        bench.Rules("table=1,reg0=1,actions=output:2", "table=1,reg0=0,actions=output:3", "table=2,actions=output:2,exit");
        var words = bench.Translate(101, Packet).Actions.ToString();
        Assert.Equal(expected, words);
    }

    [Fact]
    public void A_hashed_packet_takes_a_bucket_by_its_hash_and_credits_it()
    {
        var bench = new Bench().Port(1).Port(2).Port(3);
        Group(bench, "group_id=2,type=select,selection_method=dp_hash,bucket=actions=output:2,bucket=actions=output:3");
        bench.Rules("actions=group:2");
        bench.Translate(101, Packet);
        var seen = new HashSet<string>();
        for (uint hash = 1; hash < 200; hash += 7)
        {
            var key = Bench.Key(101, Packet);
            (key.RecircId, key.DpHash) = (1, hash);
            var result = bench.Agent.Translate(ref key);
            seen.Add(result.Actions.ToString());
            Assert.Equal(bench.Bridge.Groups.Find(2)!.HashMask, result.Mask.Bits.DpHash);
            Assert.Equal(result.Actions.ToString() == "102" ? 0 : 1, Assert.Single(result.Cache.Groups).Bucket);
        }

        Assert.Equal(["102", "103"], seen.Order());
    }

    [Fact]
    public void A_learned_rule_is_there_after_the_packet_and_only_with_one()
    {
        const string learn = "learn(table=1,hard_timeout=10,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])";
        var bench = new Bench().Port(1).Port(2).Rules($"actions={learn}");
        bench.Translate(101, Packet);
        Assert.DoesNotContain(bench.Bridge.Tables.Rules, r => r.Table == 1);
        bench.Upcall(101, Packet);
        var rule = Assert.Single(bench.Bridge.Tables.Rules, r => r.Table == 1);
        Assert.Equal("dl_dst=00:00:00:00:00:0a", rule.Match.ToString());
        Assert.Equal(("output:1", 10), (rule.Actions.ToString(), rule.HardTimeoutSeconds));
    }

    [Fact]
    public void Packets_for_controllers_carry_where_the_action_was_and_a_paused_one_goes_on()
    {
        var sink = new Sink();
        var bench = new Bench().Port(1).Port(2).Rules("tcp,cookie=0x7,actions=load:6->NXM_NX_REG1[],controller(pause,userdata=01.02),"
            + "output:2");
        bench.Bridge.PacketIns = sink;
        var result = bench.Upcall(101, Packet);
        var action = Assert.IsType<UserspaceAction>(Assert.Single(result.Actions));
        var key = Bench.Key(101, Packet);
        bench.Agent.HandleUpcall(Frame(), ref key, UserspaceReason.Controller, bench.NowMs, bench.Datapath, action);
        var packet = Assert.Single(sink.Packets);
        Assert.Equal((7UL, "01.02", 6u, 1), (packet.Cookie, packet.UserData.ToString(), packet.Flow.GetRegister(1), packet.InPort.Value));
        bench.Datapath.Executed.Clear();
        Assert.True(bench.Agent.Resume(packet.Continuation, Frame(), packet.ToPipelineFields(), bench.NowMs, bench.Datapath));
        Assert.Equal("102", Assert.Single(bench.Datapath.Executed).ToString());
        Assert.False(bench.Agent.Resume(new HexBytes([1, 2]), Frame(), Match.Any, bench.NowMs, bench.Datapath));
    }

    [Fact]
    public void A_packet_out_runs_its_actions_and_counts()
    {
        var bench = new Bench().Port(1).Port(2).Rules("in_port=1,actions=output:2");
        var actions = new OpenFlowActions(new OutputPortAction(OfpPort.Table));
        bench.Agent.PacketOut(bench.Bridge, Frame(), new Match().SetInPort(new(1)), actions, bench.NowMs, bench.Datapath);
        Assert.Equal("102", Assert.Single(bench.Datapath.Executed).ToString());
        Assert.Equal(1, Assert.Single(bench.Bridge.Tables.Rules).Packets);
    }

    [Fact]
    public void Pushing_without_end_is_ended_T4()
    {
        var pushes = string.Join(",", Enumerable.Repeat("push:NXM_NX_XXREG0[]", 80));
        var bench = new Bench().Port(1).Port(2).Rules($"actions={pushes},resubmit(,1),resubmit(,1),resubmit(,1),output:2",
            $"table=1,actions={pushes},resubmit(,2),resubmit(,2),resubmit(,2)", $"table=2,actions={pushes},resubmit(,3),resubmit(,3)",
            $"table=3,actions={pushes},resubmit(,4),resubmit(,4),resubmit(,4)", $"table=4,actions={pushes}");
        Assert.Equal(XlateError.StackTooDeep, bench.Translate(101, Packet).Error);
    }

    private static void Group(Bench bench, string text)
    {
        Assert.True(GroupText.TryParse(text, GroupCommand.Add, bench.Bridge, out var group, out var error), error);
        Assert.True(bench.Bridge.Groups.TryApply(group, 0, out var refusal), $"{text}: {refusal}");
    }

    private static Wire.Frame Frame()
    {
        Assert.True(new Wire.FramePool().TryRent(100, out var frame));
        return frame;
    }

    private sealed class Sink : IPacketInSink
    {
        public List<PacketInEvent> Packets { get; } = [];

        public void Receive(PacketInEvent packet) => Packets.Add(packet);
    }
}
