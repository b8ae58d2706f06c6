namespace Fabric.Flow.Tests;

/// <summary>
/// The files in <c>Data/</c> hold matches and actions that a stock ovs-vswitchd 3.1.0 (Debian 12, userspace datapath with dummy ports)
/// printed for <c>dpctl/dump-flows</c>, without and with <c>-m</c>, after <c>dpctl/add-flow</c> and <c>netdev-dummy/receive</c>; some
/// actions are from <c>ofproto/trace</c>. Verbose lines with <c>tcp_flags(0/0)</c> are left out: whether OVS prints that depends on flags
/// that its text does not show.
/// </summary>
public class FlowTextTests
{
    private static readonly PortNames Names = new();

    public static TheoryData<string> Lines(string file) => [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", file))];

    private static string Reprint(string text, FlowTextOptions options)
    {
        Assert.True(FlowText.TryParse(text, out var key, out var mask, out var error, options.Names), error);
        return FlowText.Format(ref key, ref mask, options);
    }

    [Theory]
    [MemberData(nameof(Lines), "ovs-flows.txt")]
    public void T2_A_match_printed_by_OVS_comes_back_byte_for_byte(string line) =>
        Assert.Equal(line, Reprint(line, new FlowTextOptions(Userspace: true)));

    [Theory]
    [MemberData(nameof(Lines), "ovs-flows-verbose.txt")]
    public void T2_A_verbose_match_printed_by_OVS_comes_back_byte_for_byte(string line) =>
        Assert.Equal(line, Reprint(line, new FlowTextOptions(Verbose: true, Userspace: true, Names)));

    [Theory]
    [InlineData("recirc_id(0),in_port(2),eth(),eth_type(0x0806),arp(sip=10.0.0.1,op=1/0xff)")]
    [InlineData("recirc_id(0),tunnel(tun_id=0x1388,src=10.1.0.1,dst=10.1.0.2,ttl=64,flags(-df-csum+key)),"
        + "in_port(3),skb_mark(0x1),eth(),eth_type(0x0800),ipv4(frag=no)")]
    [InlineData("recirc_id(0),tunnel(tun_id=0x1,src=10.1.0.1,dst=10.1.0.2,geneve(),flags(df|csum|key)),in_port(3),eth()")]
    [InlineData("recirc_id(0x1),in_port(2),ct_state(+est+trk),ct_zone(0x1),eth(),eth_type(0x0800),ipv4(frag=no)")]
    [InlineData("recirc_id(0),in_port(2),eth(),eth_type(0/0xffff)")]
    [InlineData("recirc_id(0),in_port(2),eth(src=00:00:00:00:00:01),eth_type(0x8100),vlan(vid=0,pcp=0,cfi=0),encap()")]
    [InlineData("in_port(2/0xff),eth()")]
    [InlineData("recirc_id(0),tunnel(tun_id=0x1,dst=10.1.0.2,"
        + "geneve({class=0x102/0xff00,type=0x80/0x80,len=8,0xa00000001/0xff00000000}{type=0}),flags(+key)),eth()")]
    [InlineData("tunnel(src=1.1.1.1,gtpu(flags=0x8,msgtype=2)),eth()")]
    [InlineData("tunnel(src=1.1.1.1,erspan(ver=1,idx=0x7/0xf)),eth()")]
    [InlineData("tunnel(src=1.1.1.1,erspan(ver=2,dir=1,hwid=0x7)),eth()")]
    [InlineData("recirc_id(0),eth(),eth_type(0x86dd),ipv6(proto=58,frag=no),icmpv6(type=136,code=0),nd(target=fe80::2),"
        + "nd_ext(nd_reserved=0x40000000,nd_options_type=2)")]
    [InlineData("eth(),eth_type(0x8847),mpls(label=16,tc=0,ttl=1,bos=0,label=17,tc=7,ttl=2,bos=1)")]
    public void T2_A_match_in_the_kernels_order_comes_back(string text) => Assert.Equal(text, Reprint(text, default));

    [Theory]
    [InlineData("", "")]
    [InlineData("ufid:12345678-1234-1234-1234-123456789abc, recirc_id(1) in_port(0x2)", "recirc_id(0x1),in_port(2),eth()")]
    [InlineData("tunnel(src=1.1.1.1,flags()),eth()", "tunnel(src=1.1.1.1,flags(0)),eth()")]
    [InlineData("tunnel(tun_id=5,tp_dst=0x12b5,flags(df))", "tunnel(tun_id=0x5,tp_dst=4789,flags(df|key)),eth()")]
    [InlineData("tcp_flags(0x12/0xff),eth_type(2048),ipv4(proto=6)",
        "eth(),eth_type(0x0800),ipv4(proto=6),tcp_flags(-fin+syn-rst-psh+ack-urg-ece-cwr)")]
    public void Other_spellings_are_read(string text, string expected)
    {
        var actual = Reprint(text, default);
        Assert.Equal(expected.Length == 0 ? "eth()" : expected, actual);
    }

    [Theory]
    [InlineData("in_port(1")]
    [InlineData("in_port(p9)")]
    [InlineData("nonsense(1)")]
    [InlineData("eth(src=00:00:00:00:00)")]
    [InlineData("ipv4(src=1.2.3)")]
    [InlineData("ipv4(frag=maybe)")]
    [InlineData("ipv4(src=1.2.3.4/)")]
    [InlineData("vlan(vid=1)")]
    [InlineData("eth_type(0x8100),vlan(vid=4096),encap()")]
    [InlineData("encap(encap(encap(encap())))")]
    [InlineData("ct_state(+trk-trk)")]
    [InlineData("tcp_flags(+nothing)")]
    [InlineData("tunnel(geneve({class=1,type=1,len=5,0x1}))")]
    [InlineData("tunnel(geneve({class=1,type=1,len=4,0x112233445}))")]
    [InlineData("recirc_id(0x100000000)")]
    public void A_wrong_match_is_refused_with_its_place(string text)
    {
        Assert.False(FlowText.TryParse(text, out _, out _, out var error, Names));
        Assert.NotEmpty(error!);
    }

    [Fact]
    public void T1_Printing_and_reading_give_every_flow_back()
    {
        var random = Seeds.New(3);
        var flows = new RandomFlows(random);
        for (var round = 0; round < 5_000; round++)
        {
            flows.Next(out var key, out var mask);
            var options = new FlowTextOptions(Verbose: random.Next(3) == 0, Userspace: random.Next(2) == 0);
            var text = FlowText.Format(ref key, ref mask, options);
            var where = $"{Seeds.Where(round)}: {text}";
            Assert.True(FlowText.TryParse(text, out var readKey, out var readMask, out var error), $"{where}\n{error}");
            Assert.True(mask.Equals(readMask), $"{where}\nhas another mask in {FlowText.Format(ref readKey, ref readMask, options)}");
            Assert.True(key.Equals(readKey), $"{where}\nbecame {FlowText.Format(ref readKey, ref readMask, options)}");
        }
    }

    [Fact]
    public void T3_Any_text_gives_a_flow_or_an_error()
    {
        var random = Seeds.New(4);
        var flows = new RandomFlows(random);
        for (var round = 0; round < 5_000; round++)
        {
            flows.Next(out var key, out var mask);
            var text = Mutation.Of(FlowText.Format(ref key, ref mask, new FlowTextOptions(Userspace: round % 2 == 0)), random);
            if (FlowText.TryParse(text, out var readKey, out var readMask, out var error))
                Assert.NotEmpty(FlowText.Format(ref readKey, ref readMask, new FlowTextOptions(Verbose: true)));
            else
                Assert.False(string.IsNullOrEmpty(error), Seeds.Where(round) + ": " + text);
        }
    }

    [Fact]
    public void White_space_may_stand_before_a_number_as_in_OVS()
    {
        Assert.True(FlowText.TryParse("in_port(1),eth_type(0x0800),ipv4(proto=\n6)", out var key, out _, out var error), error);
        Assert.Equal((1u, 6), (key.InPort.Value, key.NwProto));
    }

    [Theory]
    [InlineData(8_191, false)]
    [InlineData(8_192, true)]
    public void A_tunnel_that_no_attribute_can_hold_is_too_long(int fields, bool isTooLong)
    {
        var text = $"tunnel({string.Join(',', Enumerable.Repeat("dst=1.1.1.1", fields))})";
        Assert.Equal(!isTooLong, FlowText.TryParse(text, out _, out _, out var error, out var saysTooLong));
        Assert.Equal((isTooLong, isTooLong ? "syntax error at " + text : null), (saysTooLong, error));
    }
}
