using Fabric.Flow;

namespace Fabric.Agent.Tests;

public class TranslationTests
{
    private const string Packet =
        "tcp,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_ttl=64,tcp_dst=80";

    [Fact]
    public void A_loop_of_resubmits_drops_and_says_why_T4()
    {
        var result = new Bench().Port(1).Port(2).Rules("actions=output:2,resubmit(,0)").Translate(101, Packet);
        Assert.Equal(XlateError.RecursionTooDeep, result.Error);
        Assert.Empty(result.Actions);
        Assert.Equal(65, result.Cache.Rules.Count);
    }

    [Fact]
    public void A_tree_of_resubmits_that_grows_forward_is_cut_at_4096_T4()
    {
        var bench = new Bench().Port(1).Port(2);
        for (var table = 0; table < 13; table++) bench.Rules($"table={table},actions=resubmit(,{table + 1}),resubmit(,{table + 1})");
        var result = bench.Translate(101, Packet);
        Assert.Equal(XlateError.TooManyResubmits, result.Error);
        Assert.Empty(result.Actions);
    }

    [Fact]
    public void Changes_are_committed_before_an_output_only_and_undone_changes_not_at_all_T2()
    {
        var bench = new Bench().Port(1).Port(2).Rules(
            "priority=2,tcp,actions=mod_nw_src:1.1.1.1,mod_nw_src:10.0.0.1,output:2,mod_dl_src:00:00:00:00:00:0f");
        Assert.Equal("102", bench.Actions(101, Packet));
    }

    [Fact]
    public void A_packet_never_returns_by_its_input_port_unless_the_rule_says_so_T3()
    {
        Assert.Equal("drop", new Bench().Port(1).Rules("actions=output:1,flood,all,normal").Actions(101, Packet));
        Assert.Equal("101", new Bench().Port(1).Rules("actions=in_port").Actions(101, Packet));
    }

    [Fact]
    public void An_unknown_port_drops_and_one_that_is_down_is_the_datapaths_to_watch()
    {
        var bench = new Bench().Port(1).Port(2).Rules("actions=output:2,output:77");
        Assert.Equal(XlateError.NoInputPort, bench.Translate(999, Packet).Error);
        Assert.Equal("102", bench.Actions(101, Packet));
        Assert.True(bench.Agent.SetPortUp("br-int", "p2", false, bench.NowMs));
        Assert.Equal("102", bench.Actions(101, Packet));
        Assert.True(bench.Agent.SetPortUp("br-int", "p1", false, bench.NowMs));
        Assert.Equal("102", bench.Actions(101, Packet));
    }

    [Fact]
    public void An_expired_TTL_is_told_and_ends_the_list()
    {
        var bench = new Bench().Port(1).Port(2).Rules("ip,actions=dec_ttl,output:2");
        Assert.Equal("set(ipv4(ttl=63)),102", bench.Actions(101, Packet));
        var result = bench.Translate(101, Packet.Replace("nw_ttl=64", "nw_ttl=1", StringComparison.Ordinal));
        Assert.Equal(
            "userspace(pid=0,controller(reason=2,dont_send=0,continuation=0,recirc_id=1,rule_cookie=0,controller_id=0,max_len=65535))",
            result.Actions.ToString());
    }

    [Fact]
    public void The_trace_has_the_shape_of_ofproto_trace()
    {
        var bench = new Bench().Port(1).Port(2).Rules(
            "cookie=0x5,in_port=1,actions=resubmit(,1)", "table=1,priority=7,ip,actions=mod_dl_dst:00:00:00:00:00:0c,output:2");
        var key = Bench.Key(101, Packet);
        var lines = bench.Agent.Trace(ref key).Trace!.Split('\n');
        Assert.StartsWith("Flow: tcp,in_port=1,vlan_tci=0x0000,dl_src=00:00:00:00:00:0a", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            ["", "bridge(\"br-int\")", "----------------", " 0. in_port=1, priority 32768, cookie 0x5", "    resubmit(,1)",
                " 1. ip, priority 7", "    mod_dl_dst:00:00:00:00:00:0c", "    output:2", ""],
            lines[1..10]);
        Assert.StartsWith("Final flow: tcp", lines[10], StringComparison.Ordinal);
        Assert.Equal("Megaflow: recirc_id=0,eth,ip,in_port=1,dl_dst=00:00:00:00:00:0b,nw_frag=no", lines[11]);
        Assert.StartsWith("Datapath actions: ", lines[12], StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_of_configuration_name_what_is_wrong()
    {
        var bench = new Bench().Port(1);
        Assert.False(bench.Agent.TryAddPort("br-int", new PortSettings("p9", new(1), new(9)), out var error));
        Assert.Contains("is p1 already", error);
        Assert.False(bench.Agent.TryAddPort("br-x", new PortSettings("p9", new(9), new(9)), out error));
        Assert.Contains("no bridge br-x", error);
        Assert.False(bench.Agent.TryAddRule("br-int", "nw_dts=10.0.0.1,actions=1", 0, out error));
        Assert.StartsWith("position 1 'nw_dts=10.0.0.1'", error, StringComparison.Ordinal);
        Assert.False(bench.Agent.TryAddRule("br-x", "actions=1", 0, out error));
        Assert.Contains("br-int", error);
    }
}
