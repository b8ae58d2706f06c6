using System.Net;

namespace Fabric.Wire.Tests;

public class AddressTests
{
    [Theory]
    [InlineData("02:00:00:00:00:01", 0x0200_0000_0001UL)]
    [InlineData("ff:ff:ff:ff:ff:ff", 0xffff_ffff_ffffUL)]
    [InlineData("0:1:2:a:B:cc", 0x0001_020a_0bccUL)]
    public void Ethernet_addresses_are_parsed(string text, ulong value)
    {
        var address = MacAddress.Parse(text);
        Assert.Equal(value, address.Value);
        Assert.Equal(address, MacAddress.Parse(address.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("02:00:00:00:00")]
    [InlineData("02:00:00:00:00:01:02")]
    [InlineData("02:00:00:00:00:123")]
    [InlineData("02:00:00:00:00:")]
    [InlineData("02-00-00-00-00-01")]
    [InlineData("0g:00:00:00:00:01")]
    public void Other_texts_are_no_Ethernet_addresses(string text) => Assert.False(MacAddress.TryParse(text, out _));

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.-4")]
    [InlineData("1.2.3. 4")]
    [InlineData("0x1.2.3.4")]
    [InlineData("16909060")]
    public void Other_texts_are_no_IPv4_addresses(string text) => Assert.False(Ipv4Address.TryParse(text, out _));

    [Theory]
    [InlineData("1.2.3.4")]
    [InlineData("fe80::1%eth0")]
    [InlineData("fe80:::1")]
    [InlineData("x")]
    public void Other_texts_are_no_IPv6_addresses(string text) => Assert.False(Ipv6Address.TryParse(text, out _));

    [Fact]
    public void Addresses_lie_in_memory_as_on_the_wire()
    {
        var random = new Random(TestSeed.Value);
        var bytes = new byte[16];
        var copy = new byte[16];
        for (var i = 0; i < 500; i++)
        {
            random.NextBytes(bytes);
            Ipv6Address.Read(bytes).Write(copy);
            Assert.Equal(bytes, copy);
            Assert.Equal(new IPAddress(bytes), Ipv6Address.Read(bytes).ToIPAddress());
            Assert.Equal(new IPAddress(bytes[..4]), Ipv4Address.Read(bytes).ToIPAddress());
            Assert.Equal(new IPAddress(bytes[..4]).ToString(), Ipv4Address.Read(bytes).ToString());
            Assert.Equal(Ipv4Address.Read(bytes), Ipv4Address.Parse(Ipv4Address.Read(bytes).ToString()));
            Assert.Equal(Ipv6Address.Read(bytes), Ipv6Address.Parse(Ipv6Address.Read(bytes).ToString()));
            Assert.Equal(Convert.ToHexString(bytes.AsSpan(0, 6)), MacAddress.Read(bytes).Value.ToString("X12"));
        }
    }

    [Fact]
    public void Groups_are_told_from_single_stations()
    {
        Assert.True(MacAddress.Broadcast.IsBroadcast && MacAddress.Broadcast.IsMulticast);
        Assert.True(MacAddress.Parse("01:00:5e:00:00:01").IsMulticast);
        Assert.False(MacAddress.Parse("02:00:00:00:00:01").IsMulticast);
        Assert.True(Ipv4Address.Parse("224.0.0.1").IsMulticast);
        Assert.False(Ipv4Address.Parse("240.0.0.1").IsMulticast);
        Assert.True(Ipv6Address.Parse("ff02::1").IsMulticast);
        Assert.True(Ipv6Address.Parse("febf::1").IsLinkLocal);
        Assert.False(Ipv6Address.Parse("fec0::1").IsLinkLocal);
    }
}
