using Fabric.Wire;

namespace Fabric.Flow.Tests;

public class FlowFieldTests
{
    public static TheoryData<string> AllNames => [.. FlowFields.All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(AllNames))]
    public void A_written_value_is_read_back_and_touches_nothing_else(string name)
    {
        var field = FlowField.ByName(name)!.Value;
        var random = Seeds.New(12);
        for (var round = 0; round < 50; round++)
        {
            var key = default(FlowKey);
            random.NextBytes(FlowKey.MatchBytes(ref key));
            key.Normalize();
            var before = key;
            var value = new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()) & field.MaxValue;
            field.Write(ref key, value);
            Assert.Equal(value, field.Read(ref key));
            field.Write(ref key, field.Read(ref before));
            Assert.True(before.Equals(key), Seeds.Where(round));
        }
    }

    [Fact]
    public void K1_Fields_lie_where_the_properties_of_the_key_put_them()
    {
        var key = default(FlowKey);
        key.InPort = new OdpPort(0x01020304);
        key.EthSource = new MacAddress(0x0a0b0c0d0e0f);
        key.EthDestination = new MacAddress(0x1a1b1c1d1e1f);
        key.EthType = 0x86dd;
        key.VlanTci = 0xb123;
        key.TcpFlags = 0x0123;
        key.TpSource = 0x1234;
        key.NwSource = new Ipv4Address(0x0a000001);
        key.Ipv6Source = new Ipv6Address(0x20010db800000000, 5);
        key.TunnelId = 0x1122334455667788;
        key.TunnelFlags = TunnelFlags.Key;
        key.CtLabel = new UInt128(1, 2);
        key.NdReserved = 0x40000000;
        key.Mpls0 = 0x12345abc;
        key.ErspanIndex = 0xabcde;
        key.Ipv6Label = 0xfedcb;
        (FlowField, UInt128)[] expected =
        [
            (FlowFields.InPort, 0x01020304), (FlowFields.EthSource, 0x0a0b0c0d0e0f), (FlowFields.EthDestination, 0x1a1b1c1d1e1f),
            (FlowFields.EthernetType, 0x86dd), (FlowFields.VlanTci, 0xb123), (FlowFields.DlVlan, 0x123), (FlowFields.VlanVid, 0x1123),
            (FlowFields.VlanPcp, 5), (FlowFields.TcpFlags, 0x123), (FlowFields.UdpSource, 0x1234), (FlowFields.IcmpType, 0x34),
            (FlowFields.NwSource, 0x0a000001), (FlowFields.Ipv6Source, new UInt128(0x20010db800000000, 5)),
            (FlowFields.TunnelId, 0x1122334455667788), (FlowFields.TunnelFlags, 4), (FlowFields.CtLabel, new UInt128(1, 2)),
            (FlowFields.NdReserved, 0x40000000), (FlowFields.MplsLabel, 0x12345), (FlowFields.MplsTc, 5), (FlowFields.MplsBos, 0),
            (FlowFields.MplsTtl, 0xbc), (FlowFields.ErspanIndex, 0xabcde), (FlowFields.Ipv6Label, 0xfedcb),
        ];
        foreach (var (field, value) in expected) Assert.True(value == field.Read(ref key), field.Name);
        Assert.Equal(0x0a, FlowKey.MatchBytes(ref key)[14]);
        Assert.Equal(0x01, FlowKey.MatchBytes(ref key)[0]);
    }

    [Theory]
    [InlineData("dl_src", "eth_src")]
    [InlineData("tunnel_id", "tun_id")]
    [InlineData("ip_proto", "nw_proto")]
    public void Aliases_name_the_same_field(string alias, string name) => Assert.Equal(FlowField.ByName(name), FlowField.ByName(alias));

    [Fact]
    public void There_is_no_field_of_another_name() => Assert.Null(FlowField.ByName("reg0"));

    [Fact]
    public void Prerequisites_follow_the_kind_of_packet()
    {
        var key = default(FlowKey);
        key.EthType = EtherType.Ipv6;
        key.NwProto = IpProtocol.Icmpv6;
        key.TpSource = 135;
        foreach (var field in (FlowField[])[FlowFields.NdSourceLink, FlowFields.Icmpv6Type, FlowFields.InPort])
            Assert.True(field.AppliesTo(ref key), field.Name);
        foreach (var field in (FlowField[])[FlowFields.NdTargetLink, FlowFields.NwSource, FlowFields.TcpSource])
            Assert.False(field.AppliesTo(ref key), field.Name);
        key.NwFragment = FragmentBits.Any | FragmentBits.Later;
        Assert.False(FlowFields.Icmpv6Type.AppliesTo(ref key));
        key.EthType = EtherType.Arp;
        Assert.True(FlowFields.ArpSource.AppliesTo(ref key));
    }
}
