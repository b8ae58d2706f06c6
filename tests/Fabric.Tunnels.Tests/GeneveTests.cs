using Fabric.Wire;

namespace Fabric.Tunnels.Tests;

public class GeneveTests() : UdpTunnelContract(TunnelType.Geneve)
{
    private const int Header = 42;

    [Fact]
    public void Another_version_or_another_payload_is_malformed()
    {
        var outer = Encapsulate(TunnelWorld.UdpFrame(), false);
        Assert.Equal("0000655800138800", Convert.ToHexString(outer.AsSpan(Header, 8)));
        outer[Header] = 0x40;
        Dropped(outer, DropReason.MalformedTunnel);
        outer[Header] = 0;
        outer[Header + 2] = 0x08;
        outer[Header + 3] = 0x00;
        Dropped(outer, DropReason.MalformedTunnel);
    }

    [Fact]
    public void D5_reserved_bits_are_ignored()
    {
        var outer = Encapsulate(TunnelWorld.UdpFrame(), false);
        outer[Header + 1] = 0x3f;
        outer[Header + 7] = 0xff;
        Assert.Equal(DecapResult.Detunnelled, TunnelDecap.TryDecap(World.Received(outer), World.Right, out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Options_and_the_control_bit_travel(bool isIpv6)
    {
        var options = Options(0x01, 8);
        var frame = World.Inner(TunnelWorld.UdpFrame(), isIpv6, flags: TunnelFlags.Key | TunnelFlags.Oam);
        frame.Metadata.Tunnel.SetOptions(options);
        Assert.True(TunnelEncap.TryEncap(frame, TunnelWorld.GenevePort, World.Left, 0, out _, out _));
        Assert.Equal(0, World.Left.Counters.HeadRoomCopies);
        Assert.Equal(DecapResult.Detunnelled, TunnelDecap.TryDecap(frame, World.Right, out _));
        Assert.Equal(options, frame.Metadata.Tunnel.OptionBytes.ToArray());
        Assert.True(frame.Metadata.Tunnel.Flags.HasFlag(TunnelFlags.Oam));
    }

    [Fact]
    public void Headers_beyond_the_head_room_move_the_frame_and_are_counted()
    {
        byte[] options = [.. Options(0x01, 124), .. Options(0x02, 120)];
        Assert.Equal(252, options.Length);
        var inner = TunnelWorld.UdpFrame(1000);
        var frame = World.Inner(inner, true);
        frame.Metadata.Tunnel.SetOptions(options);
        Assert.True(TunnelEncap.TryEncap(frame, TunnelWorld.GenevePort, World.Left, 0, out _, out var reason), reason.ToString());
        Assert.Equal(1, World.Left.Counters.HeadRoomCopies);
        Assert.Equal(DecapResult.Detunnelled, TunnelDecap.TryDecap(frame, World.Right, out _));
        Assert.Equal(inner, frame.Bytes.ToArray());
        Assert.Equal(options, frame.Metadata.Tunnel.OptionBytes.ToArray());
    }

    [Fact]
    public void A_buffer_without_room_for_the_headers_is_told()
    {
        var pool = new FramePool(1, 256);
        Assert.True(pool.TryRent(128, out var frame));
        TunnelWorld.UdpFrame(86).CopyTo(frame.Bytes);
        frame.Metadata.Tunnel = World.Inner(TunnelWorld.UdpFrame(), false).Metadata.Tunnel;
        frame.Metadata.Tunnel.SetOptions(Options(0x01, 124));
        Assert.False(TunnelEncap.TryEncap(frame, TunnelWorld.GenevePort, World.Left, 0, out _, out var reason));
        Assert.Equal(DropReason.NoHeadRoom, reason);
        Assert.Equal(TunnelWorld.UdpFrame(86), frame.Bytes.ToArray());
    }

    [Fact]
    public void A_critical_option_must_be_known()
    {
        var frame = World.Inner(TunnelWorld.UdpFrame(), false);
        frame.Metadata.Tunnel.SetOptions(Options(0x81, 4));
        Assert.True(TunnelEncap.TryEncap(frame, TunnelWorld.GenevePort, World.Left, 0, out _, out _));
        var outer = frame.Bytes.ToArray();
        Assert.Equal(0x40, outer[Header + 1]);
        Dropped(outer, DropReason.UnknownCriticalOption);
        // The option's own bit decides, not its echo in the header.
        outer[Header + 1] = 0;
        Dropped(outer, DropReason.UnknownCriticalOption);
        World.Right.Apply(new AddKnownOption(0x0102, 0x81));
        Assert.Equal(DecapResult.Detunnelled, TunnelDecap.TryDecap(World.Received(outer), World.Right, out _));
        World.Right.Apply(new RemoveKnownOption(0x0102, 0x81));
        Dropped(outer, DropReason.UnknownCriticalOption);
    }

    [Fact]
    public void Options_that_do_not_fill_their_bytes_are_malformed_both_ways()
    {
        var frame = World.Inner(TunnelWorld.UdpFrame(), false);
        frame.Metadata.Tunnel.SetOptions([0x01, 0x02, 0x01, 0x02, 0, 0, 0, 0]);
        Assert.False(TunnelEncap.TryEncap(frame, TunnelWorld.GenevePort, World.Left, 0, out _, out var reason));
        Assert.Equal(DropReason.MalformedTunnel, reason);

        frame.Metadata.Tunnel.SetOptions(Options(0x01, 4));
        Assert.True(TunnelEncap.TryEncap(frame, TunnelWorld.GenevePort, World.Left, 0, out _, out _));
        var outer = frame.Bytes.ToArray();
        outer[Header + 8 + 3] = 2;
        Dropped(outer, DropReason.MalformedTunnel);
    }

    private static byte[] Options(byte type, int dataSize)
    {
        var data = Enumerable.Range(1, dataSize).Select(i => (byte)i).ToArray();
        var option = new byte[4 + dataSize];
        GeneveOptionReader.Emit(option, 0x0102, type, data);
        return option;
    }
}
