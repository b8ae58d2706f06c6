namespace Fabric.Wire.Tests;

public class IpAddressTests
{
    [Theory]
    [InlineData("192.168.1.77", 24, "192.168.1.0")]
    [InlineData("192.168.1.77", 0, "0.0.0.0")]
    [InlineData("192.168.1.77", 32, "192.168.1.77")]
    [InlineData("2001:db8:1:2:3:4:5:6", 64, "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2:3:4:5:6", 0, "::")]
    [InlineData("2001:db8:1:2:3:4:5:6", 127, "2001:db8:1:2:3:4:5:6")]
    [InlineData("2001:db8:1:2:3:4:5:7", 127, "2001:db8:1:2:3:4:5:6")]
    public void A_network_keeps_the_prefix_of_its_own_family(string address, int prefixLength, string network) =>
        Assert.Equal(IpAddress.Parse(network), IpAddress.Parse(address).Network(prefixLength));

    [Fact]
    public void The_families_do_not_mix()
    {
        var v4 = IpAddress.Parse("10.0.0.1");
        Assert.True(v4.IsIpv4);
        Assert.Equal("10.0.0.1", v4.ToString());
        Assert.Equal(Ipv6Address.Parse("::ffff:10.0.0.1"), v4.V6);
        var v6 = IpAddress.Parse("fd00::1");
        Assert.False(v6.IsIpv4);
        Assert.NotEqual(v4.Network(0), v6.Network(0));
        Assert.True(IpAddress.Parse("0.0.0.0").IsUnspecified);
        Assert.True(IpAddress.Parse("::").IsUnspecified);
        Assert.True(default(IpAddress).IsUnspecified);
        Assert.False(IpAddress.TryParse("10.0.0", out _));
    }
}
