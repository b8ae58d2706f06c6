namespace Fabric.Flow.Tests;

public class ActionTextTests
{
    private static readonly PortNames Names = new();

    public static TheoryData<string> Lines => FlowTextTests.Lines("ovs-actions.txt");

    [Theory]
    [MemberData(nameof(Lines))]
    public void T2_Actions_printed_by_OVS_come_back_byte_for_byte(string line)
    {
        Assert.True(DatapathActions.TryParse(line, out var actions, out var error), error);
        Assert.Equal(line, actions.ToString());
    }

    [Theory]
    [InlineData("push_mpls(label=1048575,tc=7,ttl=255,bos=1,eth_type=0x8848),2")]
    [InlineData("pop_mpls(eth_type=0x800),recirc(0x1)")]
    [InlineData("hash(l4(0)),recirc(0x5)")]
    [InlineData("hash(sym_l4(7)),recirc(0x5)")]
    [InlineData("push_eth(src=00:00:00:00:00:01,dst=00:00:00:00:00:02),pop_eth,p1")]
    [InlineData("clone(drop)")]
    [InlineData("set(arp(op=2/0xf)),set(vlan(vid=5/0xf)),set(mpls(label=5/0xfffff,tc=0/0,ttl=9/0xff,bos=0/0)),set(skb_mark(0x1/0xff))")]
    [InlineData("set(tunnel(tun_id=0x5,dst=192.0.2.2,ttl=64,tp_dst=6081,"
        + "geneve({class=0x102,type=0x80,len=4,0xa}{class=0x103,type=0,len=0}),flags(df|csum|key|oam))),p3")]
    [InlineData("set(tunnel(dst=192.0.2.2,ttl=0,flags(0))),p3")]
    [InlineData("userspace(pid=4294967295,slow_path(cfm,bfd,lacp,stp,lldp,action,match))")]
    [InlineData("userspace(pid=0)")]
    [InlineData("ct(commit,force_commit,zone=1,mark=0x1/0xffffffff,label=0xffffffffffffffffffffffffffffffff,"
        + "helper=ftp,nat(dst=10.0.0.1:80))")]
    [InlineData("check_pkt_len(size=1500,gt(check_pkt_len(size=9000,gt(drop),le(1))),le(sample(sample=33.3%,actions(drop))))")]
    [InlineData("drop")]
    public void T2_Actions_in_canonical_form_come_back(string text)
    {
        Assert.True(DatapathActions.TryParse(text, out var actions, out var error, Names), error);
        Assert.Equal(text.Replace("p1", "1").Replace("p3", "3"), actions.ToString());
        Assert.Equal(actions.ToString(Names), Reparse(actions).ToString(Names));
        Assert.Equal(actions, Reparse(actions));
        Assert.Equal(actions.GetHashCode(), Reparse(actions).GetHashCode());
    }

    private static DatapathActions Reparse(DatapathActions actions)
    {
        Assert.True(DatapathActions.TryParse(actions.ToString(Names), out var again, out var error, Names), error);
        return again;
    }

    [Theory]
    [InlineData("", "drop")]
    [InlineData(" 1 , 2", "1,2")]
    [InlineData("hash(hash_l4(3))", "hash(l4(3))")]
    [InlineData("ct()", "ct")]
    [InlineData("push_vlan(vid=5,pcp=3,cfi=1)", "push_vlan(vid=5,pcp=3)")]
    public void Other_spellings_are_read(string text, string expected)
    {
        Assert.True(DatapathActions.TryParse(text, out var actions, out var error), error);
        Assert.Equal(expected, actions.ToString());
    }

    [Theory]
    [InlineData("1)")]
    [InlineData("p1")]
    [InlineData("clone(1")]
    [InlineData("set(ipv4(src=1.2.3.4)")]
    [InlineData("set(tunnel(src=1.1.1.1,ipv6_src=::1))")]
    [InlineData("ct(nat(src,dst))")]
    [InlineData("ct(nat(random))")]
    [InlineData("ct(nat(src=1.1.1.1:9-8))")]
    [InlineData("ct(zone=65536)")]
    [InlineData("sample(sample=101%,actions(1))")]
    [InlineData("output(1)")]
    [InlineData("push_vlan(pcp=1)")]
    public void Wrong_actions_are_refused_with_their_place(string text)
    {
        Assert.False(DatapathActions.TryParse(text, out _, out var error));
        Assert.StartsWith("syntax error at", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        static string Nested(int depth) => string.Concat(Enumerable.Repeat("clone(", depth)) + "1" + new string(')', depth);
        Assert.True(DatapathActions.TryParse(Nested(32), out _, out _));
        Assert.False(DatapathActions.TryParse(Nested(33), out _, out _));
        Assert.False(DatapathActions.TryParse(Nested(100_000), out _, out _));
    }

    [Fact]
    public void T1_Printing_and_reading_give_every_list_of_actions_back()
    {
        var random = Seeds.New(5);
        var source = new RandomActions(random);
        for (var round = 0; round < 5_000; round++)
        {
            var actions = source.Next();
            var text = actions.ToString();
            Assert.True(DatapathActions.TryParse(text, out var read, out var error), $"{Seeds.Where(round)}: {error} in {text}");
            Assert.True(actions.Equals(read), $"{Seeds.Where(round)}: {text} became {read}");
        }
    }

    [Fact]
    public void T3_Any_text_gives_actions_or_an_error()
    {
        var random = Seeds.New(6);
        var source = new RandomActions(random);
        for (var round = 0; round < 5_000; round++)
        {
            var text = Mutation.Of(source.Next().ToString(), random);
            if (DatapathActions.TryParse(text, out var read, out var error)) Assert.NotEmpty(read.ToString());
            else Assert.False(string.IsNullOrEmpty(error), Seeds.Where(round) + ": " + text);
        }
    }
}
