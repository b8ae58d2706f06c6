using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

/// <summary>Ids of frozen states, and packets that go on where they stopped.</summary>
public class RecirculationTests
{
    private const string Packet = "tcp,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_ttl=64";
    private const uint Established = 0x22;

    [Fact]
    public void A_tracked_packet_goes_on_in_its_table_with_what_was_set_RC1()
    {
        var bench = Tracking();
        Assert.Equal("ct(zone=3),recirc(0x1)", bench.Translate(101, Packet).Actions.ToString());
        Assert.Equal("102", bench.Agent.Translate(ref Back(1, Established)).Actions.ToString());
        Assert.Equal("drop", bench.Agent.Translate(ref Back(1, 0x21)).Actions.ToString());
        Assert.Equal(XlateError.NoRecirculationContext, bench.Agent.Translate(ref Back(7, Established)).Error);
    }

    [Fact]
    public void Equal_states_share_an_id_and_others_do_not_RC2()
    {
        var bench = Tracking();
        var first = bench.Translate(101, Packet);
        Assert.Equal(first.Actions, bench.Translate(101, Packet.Replace("10.0.0.1", "10.0.0.9", StringComparison.Ordinal)).Actions);
        Assert.Equal("ct(zone=3),recirc(0x2)", bench.Translate(102, Packet).Actions.ToString());
    }

    [Fact]
    public void An_id_lives_as_long_as_a_flow_with_it_and_a_little_longer_RC3()
    {
        var bench = Tracking();
        bench.Upcall(101, Packet);
        var put = Assert.Single(bench.Datapath.Puts);
        Assert.Equal(1, bench.Agent.Recirculations.Count);
        bench.Agent.Tick(bench.NowMs += 60_000);
        Assert.Equal(1, bench.Agent.Recirculations.Count);
        bench.Agent.Revalidator.FlowRemoved(new FlowStatistics(put.Ufid, 1, 1, bench.NowMs));
        bench.Agent.Tick(bench.NowMs + 100);
        Assert.Equal("102", bench.Agent.Translate(ref Back(1, Established)).Actions.ToString());
        bench.Agent.Tick(bench.NowMs += 1_000);
        Assert.Equal(0, bench.Agent.Recirculations.Count);
    }

    [Fact]
    public void A_flow_of_packets_that_came_back_keeps_their_id()
    {
        var bench = Tracking();
        bench.Upcall(101, Packet);
        ref var key = ref Back(1, Established);
        Assert.True(new FramePool().TryRent(100, out var frame));
        bench.Agent.HandleUpcall(frame, ref key, UserspaceReason.Miss, bench.NowMs, bench.Datapath);
        bench.Agent.Revalidator.FlowRemoved(new FlowStatistics(bench.Datapath.Puts[0].Ufid, 1, 1, bench.NowMs));
        bench.Agent.Tick(bench.NowMs += 60_000);
        Assert.Equal(1, bench.Agent.Recirculations.Count);
    }

    [Fact]
    public void Revalidation_keeps_the_id_and_changes_nothing_R2()
    {
        var bench = Tracking();
        bench.Upcall(101, Packet);
        bench.Rules("table=7,actions=drop");
        var ufid = bench.Datapath.Puts[0].Ufid;
        bench.Agent.Sweep([new FlowStatistics(ufid, 1, 1, bench.NowMs)], bench.NowMs, 1, bench.Datapath);
        Assert.Empty(bench.Datapath.Modifies);
        Assert.Empty(bench.Datapath.Deletes);
        Assert.Equal(1, bench.Agent.Recirculations.Count);
    }

    [Fact]
    public void Actions_behind_a_resubmit_that_froze_run_when_the_packet_is_back()
    {
        var bench = new Bench().Port(1).Port(2).Port(3).Rules(
            "in_port=1,actions=load:5->NXM_NX_REG0[],resubmit(,1),output:NXM_NX_REG0[0..15],output:3",
            "table=1,actions=load:2->NXM_NX_REG0[],debug_recirc,output:1");
        Assert.Equal("recirc(0x1)", bench.Translate(101, Packet).Actions.ToString());
        Assert.Equal("102,103", bench.Agent.Translate(ref Back(1, 0)).Actions.ToString());
    }

    [Fact]
    public void The_header_behind_a_popped_label_is_looked_at_when_it_is_known()
    {
        const string labelled = "mpls,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,mpls_label=5,mpls_ttl=64,mpls_bos=1";
        var bench = new Bench().Port(1).Port(2).Rules(
            "mpls,mpls_bos=1,actions=pop_mpls:0x0800,resubmit(,1)", "table=1,ip,nw_dst=10.0.0.2,actions=dec_ttl,output:2");
        Assert.Equal("pop_mpls(eth_type=0x800),recirc(0x1)", bench.Translate(101, labelled).Actions.ToString());
        Assert.Equal("set(ipv4(ttl=63)),102", ActionWords.Of(bench.Agent.Translate(ref Back(1, 0)).Actions));
    }

    [Fact]
    public void A_bridge_that_is_gone_ends_what_was_frozen_in_it()
    {
        var bench = Tracking();
        bench.Translate(101, Packet);
        bench.Agent.RemoveBridge("br-int");
        Assert.NotEqual(XlateError.None, bench.Agent.Translate(ref Back(1, Established)).Error);
    }

    private static Bench Tracking() => new Bench().Port(1).Port(2).Rules(
        "in_port=1,tcp,actions=load:9->NXM_NX_REG2[],ct(table=5,zone=3)", "in_port=2,tcp,actions=load:8->NXM_NX_REG2[],ct(table=5,zone=3)",
        "table=5,reg2=9,ct_state=+trk+est,tcp,actions=output:2");

    private static ref FlowKey Back(uint id, uint state)
    {
        var holder = new FlowKey[1];
        holder[0] = Bench.Key(101, Packet);
        (holder[0].RecircId, holder[0].CtState, holder[0].CtZone) = (id, state, (ushort)(state == 0 ? 0 : 3));
        holder[0].Normalize();
        return ref holder[0];
    }
}
