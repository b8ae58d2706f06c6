using Fabric.Wire;

namespace Fabric.Tunnels.Tests;

public class NvgreTests() : TunnelContract(TunnelType.Nvgre)
{
    private const int Header = 34;

    [Fact]
    public void The_flow_id_is_the_low_byte_of_the_hash()
    {
        var frame = World.Inner(TunnelWorld.UdpFrame(), false);
        Assert.True(TunnelEncap.TryEncap(frame, TunnelWorld.NvgrePort, World.Left, 0x1234_56ab, out _, out _));
        Assert.Equal("20006558001388AB", Convert.ToHexString(frame.Bytes.Slice(Header, 8)));
    }

    [Theory]
    [InlineData(0x00, 0x00)]
    [InlineData(0x30, 0x00)]
    [InlineData(0xa0, 0x00)]
    [InlineData(0x20, 0x01)]
    public void Without_a_key_or_with_checksum_sequence_or_version_it_is_malformed(byte first, byte second)
    {
        var outer = Encapsulate(TunnelWorld.UdpFrame(), false);
        outer[Header] = first;
        outer[Header + 1] = second;
        Dropped(outer, DropReason.MalformedTunnel);
    }

    [Fact]
    public void GRE_with_IP_inside_is_the_host_s()
    {
        var outer = Encapsulate(TunnelWorld.UdpFrame(), false);
        (outer[Header + 2], outer[Header + 3]) = (0x08, 0x00);
        Assert.Equal(DecapResult.NotTunnel, TunnelDecap.TryDecap(World.Received(outer), World.Right, out _));
    }
}
