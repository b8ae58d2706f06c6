using Fabric.Agent.Configuration;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

public class TunnelTests
{
    private const string Inner = "icmp,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_ttl=64";

    [Fact]
    public void Output_to_a_fixed_tunnel_port_chooses_the_outer_header_first()
    {
        var bench = new Bench().Port(1).Tunnel(10, "remote_ip=192.0.2.2,local_ip=192.0.2.1,key=5000").Rules("in_port=1,actions=output:10");
        Assert.Equal("set(tunnel(tun_id=0x1388,src=192.0.2.1,dst=192.0.2.2,ttl=64,tp_dst=4789,flags(df|key))),4789",
            bench.Actions(101, Inner));
    }

    [Fact]
    public void Output_to_a_flow_based_port_takes_the_outer_header_from_the_rules()
    {
        var bench = new Bench().Port(1).Tunnel(10, "remote_ip=flow,key=flow", "geneve")
            .Rules("in_port=1,actions=set_field:192.0.2.9->tun_dst,set_tunnel:7,output:10");
        Assert.Equal("set(tunnel(tun_id=0x7,dst=192.0.2.9,ttl=64,tp_dst=6081,flags(df|key))),6081", bench.Actions(101, Inner));
    }

    [Fact]
    public void Without_a_remote_address_nothing_is_sent()
    {
        var bench = new Bench().Port(1).Tunnel(10, "remote_ip=flow,key=flow").Rules("in_port=1,actions=output:10");
        Assert.Equal("drop", bench.Actions(101, Inner));
    }

    [Fact]
    public void A_packet_belongs_to_the_port_whose_key_and_remote_address_fit_it_best()
    {
        var bench = new Bench().Port(1).Port(2).Port(3).Port(4)
            .Tunnel(10, "remote_ip=192.0.2.2,key=5").Tunnel(11, "remote_ip=192.0.2.3,key=5").Tunnel(12, "remote_ip=192.0.2.2,key=flow")
            .Tunnel(13, "remote_ip=flow,key=flow")
            .Rules("in_port=10,actions=1", "in_port=11,actions=2", "in_port=12,actions=3", "in_port=13,actions=4");
        string From(string source, string id) => bench.Actions(4789, $"{Inner},tun_id={id},tun_src={source},tun_dst=192.0.2.1");
        Assert.Equal("101", From("192.0.2.2", "5"));
        Assert.Equal("102", From("192.0.2.3", "5"));
        Assert.Equal("103", From("192.0.2.2", "6"));
        Assert.Equal("104", From("192.0.2.3", "6"));
    }

    [Fact]
    public void A_packet_that_fits_no_tunnel_port_is_dropped_and_says_so()
    {
        var bench = new Bench().Port(1).Tunnel(10, "remote_ip=192.0.2.2,key=5").Rules("actions=1");
        var result = bench.Translate(4789, $"{Inner},tun_id=6,tun_src=192.0.2.2,tun_dst=192.0.2.1");
        Assert.Equal(XlateError.NoTunnelPort, result.Error);
        Assert.Empty(result.Actions);
    }

    [Fact]
    public void From_tunnel_to_tunnel_the_second_outer_header_owes_nothing_to_the_first()
    {
        var bench = new Bench().Tunnel(10, "remote_ip=192.0.2.2,key=5").Tunnel(11, "remote_ip=192.0.2.3,key=6").Rules(
            "in_port=10,actions=11");
        Assert.Equal("set(tunnel(tun_id=0x6,dst=192.0.2.3,ttl=64,tp_dst=4789,flags(df|key))),4789",
            bench.Actions(4789, $"{Inner},tun_id=5,tun_src=192.0.2.2,tun_dst=192.0.2.1"));
    }

    [Fact]
    public void What_is_sent_may_have_another_key_than_what_is_received()
    {
        var options = new Dictionary<string, string> { ["remote_ip"] = "192.0.2.2", ["in_key"] = "2", ["out_key"] = "3" };
        var tunnel = Read(options);
        Assert.Equal((2UL, 3UL), (tunnel.Key, tunnel.OutKey));
        options.Remove("in_key");
        tunnel = Read(options);
        Assert.Equal((null, 3UL), (tunnel.Key, tunnel.OutKey));
        options["key"] = "flow";
        tunnel = Read(options);
        Assert.Equal((true, false, 3UL), (tunnel.IsKeyFlow, tunnel.IsOutKeyFlow, tunnel.OutKey));
        options.Remove("out_key");
        tunnel = Read(options);
        Assert.Equal((true, true), (tunnel.IsKeyFlow, tunnel.IsOutKeyFlow));

        var bench = new Bench().Port(1).Tunnel(10, "remote_ip=192.0.2.2,key=2")
            .Rules("in_port=11,actions=1,in_port");
        var both = new TunnelSettings("vxlan") { RemoteIpv4 = Ipv4Address.Parse("192.0.2.3"), Key = 2, OutKey = 3 };
        var settings = new PortSettings("t11", new OfpPort(11), new OdpPort(4789), AgentPortType.Tunnel) { Tunnel = both };
        Assert.True(bench.Agent.TryAddPort("br-int", settings, out var error), error);
        Assert.Equal("101,set(tunnel(tun_id=0x3,dst=192.0.2.3,ttl=64,tp_dst=4789,flags(df|key))),4789",
            bench.Actions(4789, $"{Inner},tun_id=2,tun_src=192.0.2.3,tun_dst=192.0.2.1"));
    }

    private static TunnelSettings Read(Dictionary<string, string> options)
    {
        var configuration = new InterfaceConfiguration("t", "vxlan") { Options = options };
        Assert.True(Fabric.Agent.Configuration.TunnelOptions.TryRead(configuration, out var settings, out var error), error);
        return settings;
    }

    [Fact]
    public void Congestion_marks_pass_through_both_ways()
    {
        var bench = new Bench().Port(1).Tunnel(10, "remote_ip=192.0.2.2,key=5").Rules("in_port=10,actions=1", "in_port=1,actions=10");
        Assert.Contains("tos=0x2", bench.Actions(101, $"{Inner},nw_ecn=3"));
        Assert.Equal("set(ipv4(tos=0x3/0x3)),101",
            bench.Actions(4789, $"{Inner},nw_ecn=1,tun_id=5,tun_src=192.0.2.2,tun_dst=192.0.2.1,tun_tos=3"));
        Assert.Equal(XlateError.CongestionMarkLost,
            bench.Translate(4789, $"{Inner},tun_id=5,tun_src=192.0.2.2,tun_dst=192.0.2.1,tun_tos=3").Error);
    }

    [Theory]
    [InlineData("vxlan", "remote_ip=1.2.3", "remote_ip=1.2.3")]
    [InlineData("vxlan", "colour=red", "options are remote_ip")]
    [InlineData("stt", "", "not a tunnel type")]
    public void A_wrong_option_is_named(string type, string options, string expected)
    {
        Assert.False(TunnelSettings.TryParse(type, options, out _, out var error));
        Assert.Contains(expected, error);
    }
}
