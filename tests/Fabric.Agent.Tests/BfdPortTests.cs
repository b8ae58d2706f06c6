using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

/// <summary>Ports that speak BFD: which packets are theirs, how their own leave, and what hangs on them.</summary>
public class BfdPortTests
{
    private const string Control = "udp,dl_src=00:23:20:00:00:02,dl_dst=00:23:20:00:00:01,nw_src=169.254.1.1,nw_dst=169.254.1.0,nw_ttl=255,"
        + "tp_src=49152,tp_dst=3784";
    private static readonly BfdSettings On = new() { MinRxMs = 100 };

    private readonly FramePool _pool = new();

    [Fact]
    public void Control_packets_of_a_port_with_a_session_come_to_the_agent_and_go_no_further()
    {
        var bench = new Bench().Port(1).Port(2).Rules("actions=2");
        Assert.Equal("102", bench.Actions(101, Control));
        bench.Agent.SetBfd("br-int", "p1", On, bench.NowMs);
        var result = bench.Translate(101, Control);
        Assert.Equal("userspace(pid=0,slow_path(bfd))", result.FlowActions.ToString());
        Assert.Empty(result.Actions);
        Assert.Equal("102", bench.Actions(101, Control.Replace("3784", "3785", StringComparison.Ordinal)));
        bench.Agent.SetBfd("br-int", "p1", null, bench.NowMs);
        Assert.Equal("102", bench.Actions(101, Control));
    }

    [Theory]
    [InlineData("tp_dst=3784", "tp_dst=3785")]
    [InlineData("nw_dst=169.254.1.0", "nw_dst=10.0.0.1")]
    [InlineData("dl_dst=00:23:20:00:00:01", "dl_dst=00:23:20:00:00:09")]
    [InlineData("udp,", "tcp,")]
    public void What_tells_whether_a_packet_is_the_sessions_is_matched(string what, string instead)
    {
        var bench = new Bench().Port(1).Port(2).Rules("actions=2");
        var settings = On with { Source = Ipv4Address.Parse("169.254.1.0"), RemoteDestinationMac = MacAddress.Parse("00:23:20:00:00:01") };
        bench.Agent.SetBfd("br-int", "p1", settings, bench.NowMs);
        var theirs = Bench.Key(101, Control);
        var others = Bench.Key(101, Control.Replace(what, instead, StringComparison.Ordinal));
        var (special, plain) = (bench.Agent.Translate(ref theirs), bench.Agent.Translate(ref others));
        Assert.True(special.IsSlow);
        Assert.False(plain.IsSlow);
        FlowMask.Apply(ref plain.Mask, ref theirs, out var one);
        FlowMask.Apply(ref plain.Mask, ref others, out var other);
        Assert.False(FlowKey.MatchBytes(ref one).SequenceEqual(FlowKey.MatchBytes(ref other)), "one flow would stand for both");
    }

    [Fact]
    public void A_tunnel_key_other_than_0_is_somebody_elses_when_that_is_asked_for()
    {
        const string from = ",tun_src=192.0.2.2,tun_dst=192.0.2.1,tun_id=";
        var bench = new Bench().Port(2).Tunnel(10, "remote_ip=192.0.2.2,key=flow").Rules("actions=2");
        bench.Agent.SetBfd("br-int", "t10", On, bench.NowMs);
        Assert.True(bench.Translate(4789, Control + from + "7").IsSlow);
        bench.Agent.SetBfd("br-int", "t10", On with { ChecksTunnelKey = true }, bench.NowMs);
        Assert.False(bench.Translate(4789, Control + from + "7").IsSlow);
        Assert.True(bench.Translate(4789, Control + from + "0").IsSlow);
    }

    [Fact]
    public void A_session_over_a_tunnel_sends_with_the_tunnels_outer_header()
    {
        var bench = new Bench().Tunnel(10, "remote_ip=192.0.2.2,local_ip=192.0.2.1,key=flow");
        bench.Agent.SetBfd("br-int", "t10", On with { IsOam = true }, bench.NowMs);
        Assert.Equal(1, bench.Agent.SendOwnPackets(_pool, bench.Datapath, bench.NowMs));
        Assert.Equal("set(tunnel(src=192.0.2.1,dst=192.0.2.2,ttl=64,tp_dst=4789,flags(df|key|oam))),4789",
            bench.Datapath.Executed[^1].ToString().Replace("tun_id=0x0,", "", StringComparison.Ordinal));
        Assert.Equal(0, bench.Agent.SendOwnPackets(_pool, bench.Datapath, bench.NowMs));
        Assert.InRange(bench.Agent.NextBfdMs, bench.NowMs + 740, bench.NowMs + 1_000);
    }

    [Fact]
    public void Two_bridges_with_a_patch_between_them_come_up_and_go_down_together()
    {
        var agent = Patched(out var datapath);
        Run(agent, datapath, 0, 5_000);
        Assert.True(Port(agent, "left").IsLive && Port(agent, "right").IsLive);
        agent.SetBfd("br-right", "right", null, 5_000);
        Run(agent, datapath, 5_000, 6_000);
        Assert.False(Port(agent, "left").IsLive);
        Assert.True(Port(agent, "right").IsLive);
        agent.SetBfd("br-right", "right", On, 6_000);
        Run(agent, datapath, 6_000, 11_000);
        Assert.True(Port(agent, "left").IsLive && Port(agent, "right").IsLive);
    }

    [Fact]
    public void A_fast_failover_group_leaves_a_port_whose_way_is_broken()
    {
        var agent = Patched(out var datapath);
        Assert.True(agent.TryAddPort("br-left", new PortSettings("spare", new(3), new(103)), out var error), error);
        Assert.True(agent.TryAddPort("br-left", new PortSettings("in", new(4), new(104)), out error), error);
        Assert.True(GroupText.TryParse("group_id=1,type=ff,bucket=watch_port:1,actions=output:1,bucket=watch_port:3,actions=output:3",
            GroupCommand.Add, NoOpenFlowPorts.Instance, out var group, out error), error);
        Assert.True(agent.FindBridge("br-left")!.Groups.TryApply(group, 0, out var refusal), refusal.ToString());
        Assert.True(agent.TryAddRule("br-left", "in_port=4,actions=group:1", 0, out error), error);
        Assert.True(agent.TryAddPort("br-right", new PortSettings("out", new(5), new(105)), out error), error);
        Assert.True(agent.TryAddRule("br-right", "actions=output:5", 0, out error), error);
        string Way()
        {
            var key = Bench.Key(104, "icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_ttl=1");
            return ActionWords.Of(agent.Translate(ref key).Actions);
        }

        Assert.Equal("103", Way());
        Run(agent, datapath, 0, 5_000);
        Assert.Equal("105", Way());
        var version = agent.Version;
        agent.SetBfd("br-right", "right", null, 5_000);
        Run(agent, datapath, 5_000, 6_000);
        Assert.Equal("103", Way());
        Assert.NotEqual(version, agent.Version);
    }

    [Fact]
    public void A_bond_leaves_a_member_whose_way_is_broken()
    {
        var agent = new OvsAgent();
        var datapath = new RecordingDatapath();
        Assert.True(agent.TryAddBridge(new BridgeSettings("br-left", new MacAddress(0x0200_0000_0001)), 0, out var error), error);
        for (ushort i = 1; i <= 2; i++)
            Assert.True(agent.TryAddPort("br-left", new PortSettings($"m{i}", new(i), new(i)), out error), error);
        var settings = new BondSettings("b0", ["m1", "m2"]) { Mode = BondMode.ActiveBackup };
        Assert.True(agent.TrySetBond("br-left", settings, 0, out error), error);
        var bond = agent.FindBridge("br-left")!.FindBond("b0")!;
        Assert.Equal("m1", bond.Active!.Port.Name);
        agent.SetBfd("br-left", "m1", On, 10);
        Run(agent, datapath, 10, 20);
        Assert.Equal("m2", bond.Active!.Port.Name);
        agent.SetBfd("br-left", "m1", null, 30);
        agent.SetBfd("br-left", "m2", On, 30);
        Run(agent, datapath, 30, 40);
        Assert.Equal("m1", bond.Active!.Port.Name);
    }

    [Fact]
    public void A_session_ends_with_its_port()
    {
        var agent = Patched(out var datapath);
        agent.RemovePort("br-left", "left");
        agent.RemovePort("br-right", "right");
        Assert.Equal(long.MaxValue, agent.NextBfdMs);
        Assert.Equal(0, agent.SendOwnPackets(_pool, datapath, 0));
        Assert.True(agent.TakeBfdNews());
        Assert.False(agent.TakeBfdNews());
    }

    [Fact]
    public void The_column_is_read_as_OVS_reads_it()
    {
        static BfdSettings? Of(params (string Key, string Value)[] pairs) =>
            BfdSettings.Of(pairs.ToDictionary(p => p.Key, p => p.Value));
        Assert.Null(Of());
        Assert.Null(Of(("enable", "false"), ("min_rx", "5")));
        Assert.Equal(new BfdSettings(), Of(("enable", "true")));
        Assert.Equal(new BfdSettings(), Of(("enable", "true"), ("mult", "256"), ("min_rx", "soon"), ("bfd_src_ip", "here")));
        Assert.Equal(1, Of(("enable", "true"), ("min_tx", "-5"))!.MinTxMs);
        Assert.Equal(0, Of(("enable", "true"), ("min_rx", "500"), ("decay_min_rx", "400"))!.DecayMinRxMs);
        Assert.Equal(new BfdSettings
        {
            Multiplier = 7, MinTxMs = 20, MinRxMs = 30, DecayMinRxMs = 3_000, ForwardsIfReceiving = true, IsConcatenatedPathDown = true,
            ChecksTunnelKey = true, IsOam = true, LocalSourceMac = new MacAddress(0xa), LocalDestinationMac = new MacAddress(0xb),
            RemoteDestinationMac = new MacAddress(0xc), Source = Ipv4Address.Parse("10.0.0.1"), Destination = Ipv4Address.Parse("10.0.0.2"),
        }, Of(("enable", "true"), ("mult", "7"), ("min_tx", "20"), ("min_rx", "30"), ("decay_min_rx", "3000"), ("forwarding_if_rx", "true"),
            ("cpath_down", "true"), ("check_tnl_key", "true"), ("oam", "true"), ("bfd_local_src_mac", "00:00:00:00:00:0a"),
            ("bfd_local_dst_mac", "00:00:00:00:00:0b"), ("bfd_remote_dst_mac", "00:00:00:00:00:0c"), ("bfd_src_ip", "10.0.0.1"),
            ("bfd_dst_ip", "10.0.0.2")));
    }

    /// <summary>Two bridges, br-left and br-right, with sessions at both ends of the patch between them.</summary>
    private static OvsAgent Patched(out RecordingDatapath datapath)
    {
        var agent = new OvsAgent();
        datapath = new RecordingDatapath();
        foreach (var (own, other) in new[] { ("left", "right"), ("right", "left") })
        {
            var bridge = new BridgeSettings("br-" + own, new MacAddress(0x0200_0000_0001), null, FailMode.Secure);
            Assert.True(agent.TryAddBridge(bridge, 0, out var error), error);
            var port = new PortSettings(own, new(1), OdpPort.None, AgentPortType.Patch) { Peer = other, Mac = new MacAddress(0x02) };
            Assert.True(agent.TryAddPort("br-" + own, port, out error), error);
            Assert.True(agent.SetBfd("br-" + own, own, On, 0));
        }

        return agent;
    }

    private static AgentPort Port(OvsAgent agent, string name) => agent.Bridges.Select(b => b.FindPort(name)).First(p => p is not null)!;

    private void Run(OvsAgent agent, RecordingDatapath datapath, long fromMs, long untilMs)
    {
        for (var ms = fromMs; ms <= untilMs; ms += 10)
        {
            agent.Tick(ms);
            agent.SendOwnPackets(_pool, datapath, ms);
        }
    }
}
