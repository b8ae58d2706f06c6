using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>Properties O1 and O2 of <see cref="OffloadProfile"/>, and the pools of L2.</summary>
public sealed class OffloadProfileTests
{
    private static readonly DatapathActions ToPort2 = new(new OutputAction(new OdpPort(2)));

    private static RepeatedHashTables Tables(SmartNicOptions options) => new(options, 5, port => port.Value is 1 or 2 or 3);

    private static string? Refusal(OffloadProfile profile, string match, string actions)
    {
        Assert.True(FlowText.TryParse(match, out var key, out var mask, out var error), error);
        Assert.True(DatapathActions.TryParse(actions, out var list, out error), error);
        return Tables(new SmartNicOptions { Offloads = profile }).Put(new Ufid(0, 1), ref key, ref mask, list, 0, 0, 0, out _);
    }

    [Theory]
    [InlineData("in_port(1),eth(),eth_type(0x0800),ipv4(dst=10.0.0.2,frag=no)", "2")]
    [InlineData("in_port(1),eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:02),eth_type(0x0800),ipv4(proto=6,frag=no),tcp(dst=80)", "2")]
    [InlineData("in_port(1),eth(),eth_type(0x86dd),ipv6(dst=fd00::1,frag=no)", "set(eth(dst=02:00:00:00:00:07)),2")]
    [InlineData("in_port(1),eth(),eth_type(0x8100),vlan(vid=5,pcp=0),encap(eth_type(0x0800))", "pop_vlan,2")]
    [InlineData("in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)", "set(tunnel(tun_id=0x5,dst=10.9.0.2,ttl=64,flags(df|key))),3")]
    [InlineData("tunnel(tun_id=0x5,src=10.9.0.1,dst=10.9.0.2,flags(-df+csum+key)),in_port(3),eth(),eth_type(0x0800),ipv4(frag=no)", "2")]
    [InlineData("tunnel(tun_id=0x5,src=10.9.0.1,dst=10.9.0.2,tos=0,geneve(),flags(-df-csum+key)),in_port(3),eth(),eth_type(0x0800),"
        + "ipv4(frag=no)", "2")]
    [InlineData("in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)", "drop")]
    public void An_agilio_takes_what_its_guide_lists(string match, string actions) =>
        Assert.Null(Refusal(OffloadProfile.AgilioCx, match, actions));

    [Theory]
    [InlineData("in_port(1),eth(),eth_type(0x0806),arp(sip=10.0.0.1)", "2", "fields of ARP")]
    [InlineData("in_port(1),eth(),eth_type(0x0800),ipv4(proto=1,frag=no),icmp(type=8)", "2", "types and codes of ICMP")]
    [InlineData("skb_mark(0x1),in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)", "2", "pkt_mark")]
    [InlineData("ct_state(+est),in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)", "2", "ct_state")]
    [InlineData("recirc_id(0x1),in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)", "2", "recirc_id")]
    [InlineData("in_port(1),eth(),eth_type(0x86dd),ipv6(label=0x5,frag=no)", "2", "ipv6_label")]
    [InlineData("tunnel(tun_id=0x5,dst=10.9.0.2),in_port(3),eth(),eth_type(0x0800),ipv4(frag=no)", "2", "outer addresses")]
    [InlineData("tunnel(tun_id=0x5,src=10.9.0.1,dst=10.9.0.2,geneve({class=0xffff,type=0x1,len=4,0x7}),flags(-df-csum+key)),in_port(3),"
        + "eth(),eth_type(0x0800),ipv4(frag=no)", "2", "tunnel options")]
    [InlineData("in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)", "2,3", "to one port")]
    [InlineData("in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)", "set(ipv4(tos=0x8)),2", "TOS")]
    [InlineData("in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)", "push_mpls(label=5,tc=0,ttl=64,bos=1,eth_type=0x8847),2", "MPLS")]
    [InlineData("in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)", "trunc(100),2", "cut packets")]
    [InlineData("in_port(1),eth(),eth_type(0x0800),ipv4(frag=no)", "clone(push_vlan(vid=5,pcp=0),3),2", "copies")]
    [InlineData("tunnel(tun_id=0x5,src=10.9.0.1,dst=10.9.0.2),in_port(3),eth(),eth_type(0x0800),ipv4(frag=no)",
        "set(tunnel(tun_id=0x6,dst=10.9.0.3,ttl=64)),3", "one tunnel to another")]
    public void An_agilio_refuses_the_rest_by_name_and_an_emulated_card_does_not(string match, string actions, string what)
    {
        Assert.Contains(what, Refusal(OffloadProfile.AgilioCx, match, actions));
        if (!match.Contains("recirc")) Assert.Null(Refusal(OffloadProfile.Everything, match, actions));
    }

    [Fact]
    public void A_refused_match_stays_refused_when_its_actions_change()
    {
        var tables = Tables(new SmartNicOptions { Offloads = OffloadProfile.AgilioCx });
        Assert.True(FlowText.TryParse("in_port(1),eth(),eth_type(0x0806),arp(sip=10.0.0.1)", out var key, out var mask, out _));
        var first = tables.Put(new Ufid(0, 1), ref key, ref mask, ToPort2, 0, 0, 0, out _);
        Assert.Equal(first, tables.Modify(new Ufid(0, 1), DatapathActions.Drop, out _));
    }

    [Fact]
    public void Rules_and_statistics_contexts_run_dry_separately()
    {
        var rules = Tables(new SmartNicOptions { RuleLimit = 2, StatisticsContextLimit = 3 });
        var contexts = Tables(new SmartNicOptions { RuleLimit = 3, StatisticsContextLimit = 2 });
        var mask = Ports();
        for (ushort i = 1; i <= 2; i++)
        {
            Assert.Null(Put(rules, i, mask));
            Assert.Null(Put(contexts, i, mask));
        }

        Assert.Contains("2 rules", Put(rules, 3, mask));
        Assert.Contains("2 statistics contexts", Put(contexts, 3, mask));
        Assert.True(contexts.TryDelete(new Ufid(0, 1), 0, out _));
        Assert.Null(Put(contexts, 3, mask));
    }

    [Fact]
    public void A_mask_id_rests_before_another_mask_has_it()
    {
        var tables = Tables(new SmartNicOptions { MaskLimit = 1, MaskIdRestUs = 5_000 });
        Assert.Null(Put(tables, 1, Ports(), nowMs: 0));
        Assert.Contains("1 masks", Put(tables, 2, Addresses(), nowMs: 0));
        Assert.True(tables.TryDelete(new Ufid(0, 1), 10, out _));
        Assert.Contains("rest", Put(tables, 2, Addresses(), nowMs: 14));
        Assert.Null(Put(tables, 2, Addresses(), nowMs: 15));
    }

    private static string? Put(RepeatedHashTables tables, ushort number, FlowMask mask, long nowMs = 0)
    {
        var key = Keys.Udp(1, number, number, number, number);
        return tables.Put(new Ufid(0, number), ref key, ref mask, ToPort2, 0, 0, nowMs, out _);
    }

    private static FlowMask Ports()
    {
        var mask = default(FlowMask);
        mask.SetExact(FlowFields.UdpSource);
        return mask;
    }

    private static FlowMask Addresses()
    {
        var mask = default(FlowMask);
        mask.SetExact(FlowFields.NwSource);
        return mask;
    }
}
