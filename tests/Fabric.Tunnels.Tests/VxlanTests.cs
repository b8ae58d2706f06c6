using Fabric.Wire;

namespace Fabric.Tunnels.Tests;

public class VxlanTests() : UdpTunnelContract(TunnelType.Vxlan)
{
    private const int Header = 42;

    [Fact]
    public void Without_the_I_flag_it_is_malformed()
    {
        var outer = Encapsulate(TunnelWorld.UdpFrame(), false);
        Assert.Equal("0800000000138800", Convert.ToHexString(outer.AsSpan(Header, 8)));
        outer[Header] = 0;
        Dropped(outer, DropReason.MalformedTunnel);
    }

    [Fact]
    public void D5_reserved_bits_are_ignored()
    {
        var outer = Encapsulate(TunnelWorld.UdpFrame(), false);
        outer[Header] = 0xff;
        outer[Header + 1] = outer[Header + 2] = outer[Header + 3] = outer[Header + 7] = 0xff;
        var frame = World.Received(outer);
        Assert.Equal(DecapResult.Detunnelled, TunnelDecap.TryDecap(frame, World.Right, out _));
        Assert.Equal(0, frame.Metadata.Tunnel.GbpId);
    }

    [Fact]
    public void A_group_policy_travels_only_between_ports_that_agreed_on_it()
    {
        World.Left.TryGetPort(TunnelWorld.VxlanPort, out var port);
        var withPolicy = port! with { GroupPolicy = true };
        Assert.Equal((0, 0), Sent());
        World.Left.Apply(new AddTunnelPort(withPolicy));
        Assert.Equal((0, 0), Sent());
        World.Right.Apply(new AddTunnelPort(withPolicy));
        Assert.Equal((0x1234, 0x48), Sent());

        (int, int) Sent()
        {
            var frame = World.Inner(TunnelWorld.UdpFrame(), false);
            frame.Metadata.Tunnel.GbpId = 0x1234;
            frame.Metadata.Tunnel.GbpFlags = 0x48;
            Assert.True(TunnelEncap.TryEncap(frame, TunnelWorld.VxlanPort, World.Left, 0, out _, out _));
            Assert.Equal(DecapResult.Detunnelled, TunnelDecap.TryDecap(frame, World.Right, out _));
            return (frame.Metadata.Tunnel.GbpId, frame.Metadata.Tunnel.GbpFlags);
        }
    }
}
